// Slow and stuck clients: other clients are not affected, and the slow ones are handled.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";

import {
  bytes,
  conversation,
  type FakeClient,
  HookLog,
  ODOM,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { reportedStats } from "../../support/test_server.ts";
import { TRANSPORT, TRANSPORT_OPTIONS } from "../../support/transport.ts";

/** The texts of the data messages that have arrived, and the ops of other messages. */
function heard(client: FakeClient): string[] {
  return client.takesAll().map((message) => {
    return message.op === "messageData" ? new TextDecoder().decode(message.payload) : message.op;
  });
}

Deno.test("Q01 a client that stops reading delays no other client", async () => {
  const { server, client } = conversation({ maxQueuedMessages: 5 });
  const id = server.addChannel(ODOM);
  const [stuck, healthy] = [client(), client()];
  stuck.subscribes(1, id);
  healthy.subscribes(1, id);
  stuck.stalls();
  for (let index = 0; index < 100; index++) server.sendMessage(id, 1n, `${index}`);
  assertEquals(heard(healthy), Array.from({ length: 100 }, (_, index) => `${index}`));
  assertEquals(heard(stuck), []);
  const [one, other] = server.stats().clients;
  assertEquals([one?.drops.queue, other?.drops.queue], [95, 0]);
  stuck.reads();
  await stuck.arrived(6);
  // The notice about the dropped data has its place among the messages that were not dropped.
  assertEquals(heard(stuck).filter((text) => text !== "status"), ["95", "96", "97", "98", "99"]);
});

Deno.test("Q03 FoxgloveServer notifies the client of dropped messages, and removes the notice after 10 s without drops", async () => {
  const clock = new TestClock();
  const { server, client, log } = conversation({ maxQueuedMessages: 1 }, { clock });
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(1, id);
  const lag = async (messages: number) => {
    someone.stalls();
    server.sendMessage(id, 1n, "lost");
    server.sendMessage(id, 1n, "kept");
    someone.reads();
    await someone.arrived(messages);
    return heard(someone);
  };
  assertEquals((await lag(2)).toSorted(), ["kept", "status"]);
  assertEquals(await lag(1), ["kept"]);
  clock.advance(2500);
  // The second notice, which names the topics.
  assertEquals([...heard(someone), ...await lag(1)].toSorted(), ["kept", "status"]);
  assertEquals(await lag(1), ["kept"]);
  for (let second = 0; second < 10; second++) clock.advance(1000);
  assertEquals(heard(someone), ["removeStatus"]);
  assertEquals(log.filter((line) => line.includes("slowly") || line.includes("keeps up")), [
    'warn: Client 1 reads too slowly: messages are dropped, starting with topic "/odom"',
    "info: Client 1 keeps up again",
  ]);
});

Deno.test("Q03 FoxgloveServer notifies each client of its own drops only", async () => {
  const { server, client } = conversation({ maxQueuedMessages: 1 });
  const id = server.addChannel(ODOM);
  const [slow, other] = [client(), client()];
  slow.subscribes(1, id);
  other.subscribes(1, id);
  slow.stalls();
  for (let index = 0; index < 3; index++) server.sendMessage(id, 1n, "x");
  slow.reads();
  await slow.arrived(2);
  slow.hearsStatus(StatusLevel.WARNING, "Send buffer limit reached");
  assertEquals(heard(other), ["x", "x", "x"]);
});

Deno.test("Q04 FoxgloveServer sends an ERROR and closes with 1013 when too many control messages are queued, and cleans up", async () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    listener: {
      onUnsubscribe: (_server, id) => calls.note("unsubscribe", id),
      onClientDisconnect: (_server, { client }) => calls.note("disconnect", client.id),
    },
  });
  const id = server.addChannel({ ...ODOM, delivery: "reliable" });
  const [slow, other] = [client(), client()];
  slow.subscribes(1, id);
  slow.stalls();
  for (let index = 0; index < 5000; index++) server.sendMessage(id, 1n, "must arrive");
  slow.hearsStatus(StatusLevel.ERROR, "too slowly");
  slow.hearsNothing();
  assertEquals(slow.closedWith, { code: 1013, reason: "client too slow" });
  await settled();
  assertEquals(calls.take(), [["unsubscribe", id], ["disconnect", 1]]);
  assertEquals([server.clients.size, server.stats().disconnections.overflow], [1, 1]);
  server.sendStatus(StatusLevel.INFO, "still here");
  other.hearsStatus(StatusLevel.INFO, "still here");
  slow.leaves();
  assertEquals(calls.take(), []);
});

Deno.test("Q05 FoxgloveServer sends nothing of a removed channel after its unadvertise", async () => {
  const { server, client } = conversation();
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const someone = client();
  someone.subscribes(1, odom);
  someone.subscribes(2, imu);
  someone.stalls();
  server.sendMessage(odom, 1n, "odom");
  server.sendMessage(imu, 1n, "imu");
  server.removeChannel(odom);
  someone.reads();
  await someone.arrived(2);
  assertEquals(heard(someone), ["imu", "unadvertise"]);
});

Deno.test("Q05 FoxgloveServer sends no queued data after an unsubscribe, even if the id is reused", async () => {
  const { server, client } = conversation();
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const someone = client();
  someone.subscribes(1, odom);
  someone.stalls();
  server.sendMessage(odom, 1n, "odom");
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  someone.subscribes(1, imu);
  server.sendMessage(imu, 2n, "imu");
  someone.reads();
  await someone.arrived(1);
  someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 2n, payload: bytes("imu") });
  someone.hearsNothing();
});

Deno.test("Q08 FoxgloveServer evicts a client that reads nothing of its socket's buffer", async () => {
  const clock = new TestClock();
  const calls = new HookLog();
  const { server, client, log } = conversation({
    stuckAfterMs: 30_000,
    listener: { onClientDisconnect: (_server, { client }) => calls.note("disconnect", client.id) },
  }, { clock });
  const id = server.addChannel(ODOM);
  const [stuck, slow, idle] = [client(), client(), client()];
  for (const each of [stuck, slow]) each.subscribes(1, id);
  stuck.stalls(100);
  const tick = () => (clock.advance(1000), settled());
  for (let second = 0; second < 40; second++) {
    // One client reads nothing, one reads a little each second, and one has nothing to read.
    slow.stalls(1_000_000 - second);
    await tick();
    if (second < 28) assertEquals(server.clients.size, 3, `second ${second}`);
  }
  assertEquals([...server.clients.keys()].map(Number), [2, 3]);
  assertEquals(calls.take(), [["disconnect", 1]]);
  assertEquals([server.stats().disconnections.stuck, stuck.closedWith?.code], [1, 1013]);
  assertEquals(log.includes("warn: Client 1 has stopped reading and is disconnected"), true);
  idle.hearsNothing();
});

Deno.test("Q08 FoxgloveServer evicts a client that does not answer pings, even if its socket never closes", async () => {
  const clock = new TestClock();
  const { server, client } = conversation({ stuckAfterMs: 0 }, { clock });
  const id = server.addChannel(ODOM);
  const [silent, other] = [client(), client()];
  silent.subscribes(1, id);
  silent.stopsAnsweringPings();
  server.sendMessage(id, 1n, "data");
  clock.advance(1000);
  await settled();
  assertEquals([...server.clients.keys()].map(Number), [2]);
  assertEquals(server.hasSubscribers(id), false);
  other.hearsNothing();
});

Deno.test("Q08 FoxgloveServer evicts no client with stuckAfterMs 0", async () => {
  const clock = new TestClock();
  const { server, client } = conversation({ stuckAfterMs: 0 }, { clock });
  client().stalls();
  for (let second = 0; second < 100; second++) clock.advance(1000);
  await settled();
  assertEquals(server.clients.size, 1);
});

Deno.test("FoxgloveServer.stats() returns the queued bytes, and their maximum", () => {
  const { server, client } = conversation();
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(1, id);
  someone.stalls(300_000);
  server.sendMessage(id, 1n, "12345");
  const [stats] = server.stats().clients;
  assertEquals([stats?.queuedBytes, stats?.peakQueuedBytes, server.stats().queuedBytes], [300_018, 300_018, 300_018]);
  someone.leaves();
  assertEquals(server.stats().queuedBytes, 0);
});

Deno.test("FoxgloveServer.close() first sends the messages that must not be dropped", async () => {
  const { server, client } = conversation();
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(1, id);
  someone.stalls();
  server.sendMessage(id, 1n, "data");
  server.sendStatus(StatusLevel.INFO, "last words");
  const closed = server.close({ graceMs: 1000 });
  assertEquals([heard(someone), someone.closedWith?.code], [["status"], 1001]);
  someone.leaves();
  await within(closed, "close()");
});

Deno.test("a client on a real socket that reads late gets the newest messages, complete and in order", async () => {
  const subscribed = Promise.withResolvers<void>();
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    maxQueuedMessages: 8,
    listener: { onSubscribe: () => subscribed.resolve() },
  });
  await server.start();
  const id = server.addChannel(ODOM);
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await socket.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId: id }] }));
  await within(subscribed.promise, "the subscription");
  const count = 40;
  const size = 1 << 20;
  for (let index = 0; index < count; index++) {
    server.sendMessage(id, BigInt(index), new Uint8Array(size).fill(index));
    await settled();
  }
  const received: number[] = [];
  while (received.at(-1) !== count - 1) {
    const frame = await within(socket.readFrame(), "a message");
    if (frame?.opcode !== 2) continue;
    const payload = frame.payload.subarray(13);
    assertEquals([payload.length, payload[0], payload[size - 1]], [size, frame.payload[5], frame.payload[5]]);
    received.push(payload[0] ?? -1);
  }
  assertEquals(received, received.toSorted((one, other) => one - other));
  const stats = await reportedStats(server, ({ messagesSent, drops }) => messagesSent + drops.queue === count);
  assertEquals(stats.messagesSent + stats.drops.queue, count);
  assertEquals([stats.messagesSent, received.length], [received.length, stats.messagesSent]);
  assertEquals(stats.drops.queue > 0, true);
});

Deno.test("Q01 FoxgloveServer bounds its memory while it publishes 500 MB past five clients that do not read", async () => {
  const fixture = new URL("../fixtures/past_stuck_clients.ts", import.meta.url).href;
  await using program = new Program("--allow-net=127.0.0.1", "--allow-sys", fixture, TRANSPORT);
  const sockets: RawSocket[] = [];
  try {
    const port = Number(await program.line());
    for (let index = 0; index < 5; index++) {
      const socket = await RawSocket.connect({ port });
      sockets.push(socket);
      await socket.sendText('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}');
    }
    const { published, grownMiB, dropped } = JSON.parse(await program.line());
    assertEquals(published, 500);
    // Each client has at most a watermark and a message in its socket. The 10 MiB of queued messages are shared.
    assertEquals(grownMiB < 100, true, `${grownMiB} MiB more than before`);
    assertEquals(dropped > 5 * 400, true, `${dropped} dropped`);
  } finally {
    for (const socket of sockets) socket.close();
  }
});
