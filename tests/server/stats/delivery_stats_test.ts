// FoxgloveServer.stats(): published, sent, dropped and queued messages.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { WATERMARK_BYTES } from "../../../src/server/clients/socket_transport.ts";
import {
  clientId,
  type Conversation,
  conversation,
  type FakeClient,
  ODOM,
  settled,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

/** The bytes of a data message before its payload. */
const HEADER = 13;

function fixture(options: Partial<FoxgloveServerOptions> = {}): Conversation & { clock: TestClock } {
  const clock = new TestClock();
  return { ...conversation(options, { clock }), clock };
}

/** The ops of all messages that have arrived. */
function ops(client: FakeClient): string[] {
  return client.takesAll().map(({ op }) => op);
}

Deno.test("FoxgloveServer.stats() counts published messages without subscribers, and bytes only of encoded ones", () => {
  const { server, client } = fixture();
  const [odom, map] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/map", latch: true })];
  server.sendMessage(odom, 1n, "12345");
  server.sendMessage(map, 1n, "12345");
  const published = () =>
    server.stats().channels.map((each) => [each.messagesPublished, each.bytesPublished, each.messagesSent]);
  assertEquals(published(), [[1, 0, 0], [1, HEADER + 5, 0]]);
  for (const id of [1, 2]) client().subscribes(id, odom);
  server.sendMessage(odom, 2n, "12345");
  server.sendMessage(odom, 2n, "123", { to: clientId(1) });
  assertEquals(published(), [[3, 2 * HEADER + 8, 3], [1, HEADER + 5, 0]]);
  const { messagesPublished, bytesPublished } = server.stats();
  assertEquals([messagesPublished, bytesPublished], [4, 3 * HEADER + 13]);
});

Deno.test("FoxgloveServer.stats() does not count messages that throw, or that follow close()", async () => {
  const { server, client } = fixture();
  const id = server.addChannel(ODOM);
  for (const send of [() => server.sendMessage(id, -1n, ""), () => server.sendMessage(id, 1n, 5 as never)]) {
    try {
      send();
    } catch {
      continue;
    }
    throw new Error("The message was sent");
  }
  assertEquals(server.stats().messagesPublished, 0);
  const closed = server.close();
  server.sendMessage(id, 1n, "late");
  assertEquals([server.stats().messagesPublished, client().closedWith?.code], [0, 1001]);
  await closed;
});

Deno.test("FoxgloveServer.stats() keeps removed channels and departed clients in the sums", () => {
  const { server, client } = fixture({ maxQueuedMessages: 1 });
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const [slow, other] = [client(), client()];
  slow.subscribes(1, odom);
  other.subscribes(1, imu);
  slow.stalls();
  for (let index = 0; index < 3; index++) server.sendMessage(odom, 1n, "12345");
  server.sendMessage(imu, 1n, "1");
  const sums = () => {
    const { messagesPublished, bytesPublished, messagesSent, bytesSent, drops, clients, channels } = server.stats();
    return [messagesPublished, bytesPublished, messagesSent, bytesSent, drops.queue, clients.length, channels.length];
  };
  const before = [4, 4 * HEADER + 16, 1, HEADER + 1, 2];
  assertEquals(sums(), [...before, 2, 2]);
  server.removeChannels([odom, imu]);
  assertEquals(sums(), [...before, 2, 0]);
  slow.leaves();
  other.leaves();
  assertEquals(sums(), [...before, 0, 0]);
});

Deno.test("FoxgloveServer.stats() keeps two channels with the same topic apart", () => {
  const { server } = fixture();
  const [one, other] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, schemaName: "Other" })];
  server.sendMessage(one, 1n, "");
  for (let index = 0; index < 2; index++) server.sendMessage(other, 1n, "");
  assertEquals(server.stats().channels.map((each) => [each.channel.id, each.channel.topic, each.messagesPublished]), [
    [one, "/odom", 1],
    [other, "/odom", 2],
  ]);
});

Deno.test("FoxgloveServer.stats() counts drops by reason, for the client and for the channel", async () => {
  const { server, client, clock } = fixture({ maxQueuedMessages: 3 });
  const add = (topic: string, policy = {}) => server.addChannel({ ...ODOM, topic, ...policy });
  const [full, old] = [add("/full"), add("/old", { maxAgeMs: 100 })];
  const [state, thin] = [add("/state", { delivery: "latestOnly" }), add("/thin", { maxRateHz: 1 })];
  const app = client();
  [full, old, state, thin].forEach((channelId, index) => app.subscribes(index + 1, channelId));
  for (let index = 0; index < 5; index++) server.sendMessage(thin, 1n, "x");
  app.stalls();
  server.sendMessage(old, 1n, "x");
  for (let index = 0; index < 3; index++) server.sendMessage(state, 1n, "x");
  clock.advance(101);
  app.reads();
  await app.arrived(2);
  app.stalls();
  for (let index = 0; index < 10; index++) server.sendMessage(full, 1n, "x");
  const expected = { queue: 7, age: 1, replaced: 2, rate: 3 };
  const none = { queue: 0, age: 0, replaced: 0, rate: 0 };
  const { drops, clients, channels } = server.stats();
  assertEquals([drops, clients[0]?.drops], [expected, expected]);
  assertEquals(channels.map((each) => each.drops), [
    { ...none, queue: 7 },
    { ...none, age: 1 },
    { ...none, replaced: 2 },
    { ...none, rate: 3 },
  ]);
});

Deno.test("wanted thinning does not count as loss: a client gets no notice about replaced or thinned messages", async () => {
  const { server, client, clock, log } = fixture();
  const state = server.addChannel({ ...ODOM, delivery: "latestOnly" });
  const thin = server.addChannel({ ...ODOM, topic: "/thin", maxRateHz: 1 });
  const app = client();
  app.subscribes(1, state);
  app.subscribes(2, thin);
  app.stalls();
  for (let index = 0; index < 5; index++) {
    server.sendMessage(state, 1n, "x");
    server.sendMessage(thin, 1n, "x");
  }
  app.reads();
  await app.arrived(2);
  for (let second = 0; second < 20; second++) clock.advance(1000);
  assertEquals(server.stats().drops, { queue: 0, age: 0, replaced: 4, rate: 3 });
  assertEquals(ops(app), ["messageData", "messageData", "messageData"]);
  assertEquals(log.filter((line) => line.startsWith("warn")), []);
});

Deno.test("lost messages cause a notice: those that were queued for too long, and those that did not fit", async () => {
  for (const [options, policy] of [[{}, { maxAgeMs: 100 }], [{ maxQueuedMessages: 1 }, {}]] as const) {
    const { server, client, clock } = fixture(options);
    const id = server.addChannel({ ...ODOM, ...policy });
    const app = client();
    app.subscribes(1, id);
    app.stalls();
    server.sendMessage(id, 1n, "old");
    clock.advance(101);
    server.sendMessage(id, 1n, "new");
    app.reads();
    await app.arrived(2);
    assertEquals([server.stats().drops.queue + server.stats().drops.age, ops(app).toSorted()], [1, [
      "messageData",
      "status",
    ]]);
  }
});

Deno.test("FoxgloveServer.stats() returns the messages that are queued now, and the age of the oldest", async () => {
  const { server, client, clock } = fixture();
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const [slow, other] = [client(), client()];
  for (const app of [slow, other]) {
    app.subscribes(1, odom);
    app.subscribes(2, imu);
  }
  const queue = ({ queuedMessages, oldestQueuedMs }: { queuedMessages: number; oldestQueuedMs: number }) => {
    return [queuedMessages, oldestQueuedMs];
  };
  assertEquals(queue(server.stats()), [0, 0]);
  slow.stalls();
  server.sendStatus(StatusLevel.INFO, "first");
  clock.advance(300);
  server.sendMessage(odom, 1n, "x");
  other.stalls();
  clock.advance(200);
  server.sendMessage(imu, 1n, "x");
  clock.advance(50);
  assertEquals(queue(server.stats()), [4, 550]);
  assertEquals(server.stats().clients.map(queue), [[3, 550], [1, 50]]);
  slow.reads();
  await slow.arrived(3);
  assertEquals(server.stats().clients.map(queue), [[0, 0], [1, 50]]);
  other.leaves();
  assertEquals(queue(server.stats()), [0, 0]);
});

Deno.test("FoxgloveServer.stats() returns the maximum of the queued bytes, also after the client has read them", async () => {
  const { server, client } = fixture();
  const id = server.addChannel(ODOM);
  const app = client();
  app.subscribes(1, id);
  app.stalls();
  for (let index = 0; index < 10; index++) server.sendMessage(id, 1n, "12345");
  // stats() is not called in between.
  await settled();
  const peak = WATERMARK_BYTES + 10 * (HEADER + 5);
  app.reads();
  await app.arrived(10);
  const [stats] = server.stats().clients;
  assertEquals([stats?.queuedBytes, stats?.peakQueuedBytes], [0, peak]);
});

Deno.test("FoxgloveServer.stats() returns new objects, which do not change", () => {
  const { server, client } = fixture({ capabilities: ["services"], supportedEncodings: ["json"], sessionId: "one" });
  const id = server.addChannel(ODOM);
  server.addService({ name: "/reset", type: "Reset" });
  client().subscribes(1, id);
  const before = server.stats();
  const copy = structuredClone({ ...before, clients: [], channels: [] });
  assertEquals([before.subscriptions, before.services, before.sessionId], [1, 1, "one"]);
  server.sendMessage(id, 1n, "x");
  client().leaves();
  server.resetSessionId("two");
  assertEquals({ ...before, clients: [], channels: [] }, copy);
  const after = server.stats();
  assertEquals([after.sessionId, after.createdAt, after.createdAt === before.createdAt], [
    "two",
    before.createdAt,
    false,
  ]);
  assertEquals([after.messagesSent, before.messagesSent, before.clients[0]?.messagesSent], [1, 0, 0]);
});
