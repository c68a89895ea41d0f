// Subscriptions: which clients get which messages, and which hooks are called.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import { bytes, channel, clientId, conversation, HookLog, ODOM, subscription } from "../../support/conversation.ts";

/** Records the calls of the four subscription hooks. */
function recording(calls: HookLog): FoxgloveServerListener {
  return {
    onSubscribe: (_server, id) => calls.note("first", id),
    onUnsubscribe: (_server, id) => calls.note("last", id),
    onClientSubscribe: (_server, id, { client }) => calls.note("subscribe", id, client.id),
    onClientUnsubscribe: (_server, id, { client }) => calls.note("unsubscribe", id, client.id),
  };
}

/** A server with two channels, a client, and a record of the hook calls. */
function fixture() {
  const calls = new HookLog();
  const { server, client } = conversation({ listener: recording(calls) });
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  return { server, client, someone: client(), odom, imu, calls };
}

for (const id of [0, 1, 4_294_967_295]) {
  Deno.test(`S01 FoxgloveServer sends data under subscription id ${id}`, () => {
    const { server, someone, odom } = fixture();
    someone.subscribes(id, odom);
    server.sendMessage(odom, 5n, bytes("{}"));
    someone.hears({ op: "messageData", subscriptionId: subscription(id), timestamp: 5n, payload: bytes("{}") });
  });
}

Deno.test("S02 FoxgloveServer sends an ERROR for an id in use for another channel, and keeps the first subscription", () => {
  const { server, someone, odom, imu, calls } = fixture();
  someone.subscribes(3, odom);
  someone.subscribes(3, imu);
  someone.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot subscribe to "/imu": the id is in use for "/odom"',
  });
  assertEquals(calls.take(), [["first", odom], ["subscribe", odom, 1]]);
  server.sendMessage(imu, 1n, "no");
  server.sendMessage(odom, 2n, "yes");
  someone.hears({ op: "messageData", subscriptionId: subscription(3), timestamp: 2n, payload: bytes("yes") });
});

Deno.test("S03 FoxgloveServer sends a WARNING for a second id for the same channel, and keeps the first subscription", () => {
  const { server, someone, odom, calls } = fixture();
  someone.subscribes(3, odom);
  someone.subscribes(4, odom);
  someone.hears({
    op: "status",
    level: StatusLevel.WARNING,
    message: 'Cannot subscribe to "/odom": already subscribed',
  });
  assertEquals(calls.take().length, 2);
  server.sendMessage(odom, 2n, "once");
  someone.hears({ op: "messageData", subscriptionId: subscription(3), timestamp: 2n, payload: bytes("once") });
  someone.hearsNothing();
});

Deno.test("S04 FoxgloveServer sends an ERROR for the second of two equal subscriptions in one message, and calls the hook once", () => {
  const { someone, odom, calls } = fixture();
  const entry = { id: subscription(3), channelId: odom };
  someone.says({ op: "subscribe", subscriptions: [entry, entry] });
  someone.hearsStatus(StatusLevel.ERROR, 'Cannot subscribe to "/odom"', "in use");
  someone.hearsNothing();
  assertEquals(calls.take(), [["first", odom], ["subscribe", odom, 1]]);
});

Deno.test("S04 FoxgloveServer sends an ERROR for an equal subscription in a later message, and calls the hook once", () => {
  const { someone, odom, calls } = fixture();
  someone.subscribes(3, odom);
  someone.subscribes(3, odom);
  someone.hearsStatus(StatusLevel.ERROR, 'Cannot subscribe to "/odom"', "in use");
  assertEquals(calls.take(), [["first", odom], ["subscribe", odom, 1]]);
});

Deno.test("S05 FoxgloveServer sends a WARNING for an unknown channel in a list, and accepts the other entries", () => {
  const { server, someone, odom, imu } = fixture();
  someone.says({
    op: "subscribe",
    subscriptions: [
      { id: subscription(1), channelId: odom },
      { id: subscription(2), channelId: channel(99) },
      { id: subscription(3), channelId: imu },
    ],
  });
  someone.hearsStatus(StatusLevel.WARNING, "Cannot subscribe: no such channel");
  someone.hearsNothing();
  assertEquals([server.hasSubscribers(odom), server.hasSubscribers(imu)], [true, true]);
});

Deno.test("S06 FoxgloveServer sends nothing after an unsubscribe, calls the hooks, and frees the id", () => {
  const { server, someone, odom, imu, calls } = fixture();
  someone.subscribes(1, odom);
  calls.take();
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  assertEquals(calls.take(), [["unsubscribe", odom, 1], ["last", odom]]);
  assertEquals(server.hasSubscribers(odom), false);
  server.sendMessage(odom, 1n, "no");
  someone.subscribes(1, imu);
  server.sendMessage(imu, 2n, "yes");
  someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 2n, payload: bytes("yes") });
  someone.hearsNothing();
});

Deno.test("S07 FoxgloveServer sends a WARNING for an unsubscribe of an unknown id", () => {
  const { someone } = fixture();
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(5)] });
  someone.hearsStatus(StatusLevel.WARNING, "Cannot unsubscribe: no such subscription");
});

Deno.test("S07 FoxgloveServer silently ignores an unsubscribe that answers an unadvertise, once", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(5, odom);
  server.removeChannel(odom);
  someone.hears({ op: "unadvertise", channelIds: [odom] });
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(5)] });
  someone.hearsNothing();
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(5)] });
  someone.hearsStatus(StatusLevel.WARNING, "no such subscription");
});

Deno.test("S07 FoxgloveServer silently ignores an unsubscribe after a failed subscribe, because the channel may just have been removed", () => {
  const { server, someone, odom } = fixture();
  server.removeChannel(odom);
  // The client has not read the unadvertise yet.
  someone.subscribes(5, odom);
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(5)] });
  someone.hears({ op: "unadvertise", channelIds: [odom] });
  someone.hearsStatus(StatusLevel.WARNING, "no such channel");
  someone.hearsNothing();
});

Deno.test("S07 a client may reuse an id after an unadvertise ended its subscription", () => {
  const { server, someone, odom, imu } = fixture();
  someone.subscribes(5, odom);
  server.removeChannel(odom);
  someone.subscribes(5, imu);
  someone.says({ op: "unsubscribe", subscriptionIds: [subscription(5)] });
  assertEquals(server.hasSubscribers(imu), false);
  someone.hears({ op: "unadvertise", channelIds: [odom] });
  someone.hearsNothing();
});

Deno.test("S08 the subscription hooks are called for each client, and for the first and the last one", () => {
  const { client, someone, odom, calls } = fixture();
  const other = client();
  someone.subscribes(1, odom);
  other.subscribes(9, odom);
  assertEquals(calls.take(), [["first", odom], ["subscribe", odom, 1], ["subscribe", odom, 2]]);
  someone.leaves();
  assertEquals(calls.take(), [["unsubscribe", odom, 1]]);
  other.says({ op: "unsubscribe", subscriptionIds: [subscription(9)] });
  assertEquals(calls.take(), [["unsubscribe", odom, 2], ["last", odom]]);
});

Deno.test("S09 FoxgloveServer.sendMessage() to one client inside its subscribe hook reaches only that client", () => {
  const { server, client } = conversation({
    listener: {
      onClientSubscribe: (server, id, { client }) => server.sendMessage(id, 7n, "latched", { to: client.id }),
    },
  });
  const id = server.addChannel(ODOM);
  const [early, late] = [client(), client()];
  early.subscribes(1, id);
  early.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 7n, payload: bytes("latched") });
  late.subscribes(2, id);
  late.hears({ op: "messageData", subscriptionId: subscription(2), timestamp: 7n, payload: bytes("latched") });
  early.hearsNothing();
});

Deno.test("S09 FoxgloveServer.sendMessage() to a client that is not subscribed or not connected sends nothing", () => {
  const { server, someone, client, odom } = fixture();
  const other = client();
  someone.subscribes(1, odom);
  server.sendMessage(odom, 1n, "x", { to: clientId(2) });
  server.sendMessage(odom, 1n, "x", { to: clientId(99) });
  someone.hearsNothing();
  other.hearsNothing();
});

Deno.test("S10 FoxgloveServer.sendMessage() sends each subscriber the same payload and time under its own id", () => {
  const { server, client, odom } = fixture();
  const clients = [client(), client(), client()];
  clients.forEach((each, index) => each.subscribes(index + 10, odom));
  server.sendMessage(odom, 5n, new Uint8Array([1, 2, 3]));
  clients.forEach((each, index) => {
    const payload = new Uint8Array([1, 2, 3]);
    each.hears({ op: "messageData", subscriptionId: subscription(index + 10), timestamp: 5n, payload });
  });
});

Deno.test("S10 FoxgloveServer.sendMessage() sends messages of growing and shrinking size completely", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(1, odom);
  const sizes = [0, 1, 1 << 16, 9 << 20, 3, (1 << 16) - 13, 1 << 20];
  for (const size of sizes) {
    const payload = new Uint8Array(size).fill(size % 251);
    server.sendMessage(odom, BigInt(size), payload);
    someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: BigInt(size), payload });
  }
});

Deno.test("S10 FoxgloveServer.sendMessage() sends a string as UTF-8", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(1, odom);
  const text = "größer 機械 🤖".repeat(3000);
  server.sendMessage(odom, 1n, text);
  someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes(text) });
});

Deno.test("S11 FoxgloveServer.sendMessage() sends an empty payload in 13 bytes, and keeps times above 2^53 exact", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(1, odom);
  for (const timestamp of [0n, 1_700_000_000_123_456_789n, 2n ** 64n - 1n]) {
    server.sendMessage(odom, timestamp, new Uint8Array());
    someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp, payload: new Uint8Array() });
  }
  assertEquals(server.stats().bytesSent, 3 * 13);
});

Deno.test("S12 FoxgloveServer.sendMessage() throws for an unknown channel and for a time that is not a uint64", () => {
  const { server, odom } = fixture();
  assertThrows(() => server.sendMessage(channel(99), 1n, ""), RangeError, "Cannot send on channel 99: no such channel");
  assertThrows(() => server.sendMessage(odom, -1n, ""), RangeError, "its timestamp is -1, not a uint64");
  assertThrows(() => server.sendMessage(odom, 2n ** 64n, ""), RangeError, "not a uint64");
  assertThrows(
    () => server.sendMessage(odom, 5 as unknown as bigint, ""),
    TypeError,
    "its timestamp is a number, not a bigint",
  );
});

Deno.test("S13 FoxgloveServer.sendMessage() without a time sends the current time", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(1, odom);
  const before = BigInt(Date.now()) * 1_000_000n;
  server.sendMessage(odom, undefined, "");
  const message = someone.takes();
  const sent = message.op === "messageData" ? message.timestamp : 0n;
  // The wall clock has a resolution of a millisecond, and the two may differ by a few.
  assertEquals(sent > before - 10_000_000n && sent < before + 60_000_000_000n, true, `sent at ${sent}, not ${before}`);
});

Deno.test("Q07 FoxgloveServer.sendMessage() copies the payload, so that its caller may change it", () => {
  const { server, someone, odom } = fixture();
  someone.subscribes(1, odom);
  const payload = bytes("first");
  server.sendMessage(odom, 1n, payload);
  payload.set(bytes("other"));
  server.sendMessage(odom, 2n, payload);
  for (const [timestamp, text] of [[1n, "first"], [2n, "other"]] as const) {
    someone.hears({ op: "messageData", subscriptionId: subscription(1), timestamp, payload: bytes(text) });
  }
});

Deno.test("onClientSubscribe may remove the channel of its call", () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    listener: {
      ...recording(calls),
      onClientSubscribe: (server, id) => void server.removeChannel(id),
    },
  });
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(1, id);
  someone.hears({ op: "unadvertise", channelIds: [id] });
  assertEquals(calls.take(), [["first", id], ["unsubscribe", id, 1], ["last", id]]);
});
