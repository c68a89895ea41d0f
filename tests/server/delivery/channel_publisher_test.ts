// ChannelPublisher: rate limits of channels, and latched messages for late subscribers.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { CallQueue } from "../../../src/call_queue.ts";
import { type ChannelPolicyInit, policyFrom } from "../../../src/server/delivery/channel_policy.ts";
import { ChannelPublisher } from "../../../src/server/delivery/channel_publisher.ts";
import type { Receiver } from "../../../src/server/delivery/fan_out.ts";
import { FramePool } from "../../../src/server/delivery/frame_pool.ts";
import { FrameStack } from "../../../src/server/delivery/frame_stack.ts";
import { ChannelTable } from "../../../src/session/channel_table.ts";
import { OutboxUnderTest } from "../../support/backlog.ts";
import {
  bytes,
  clientId,
  type Conversation,
  conversation,
  type FakeClient,
  ODOM,
  subscription,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

/** The texts of the data messages that have arrived. */
function texts(client: FakeClient): string[] {
  return client.takesAll().filter((message) => message.op === "messageData")
    .map(({ payload }) => new TextDecoder().decode(payload));
}

/** A server with one channel with this policy. */
function fixture(
  policy: ChannelPolicyInit,
  clock = new TestClock(),
): Conversation & { id: ReturnType<typeof add>; clock: TestClock } {
  const talk = conversation({}, { clock });
  return { ...talk, id: add(talk, policy), clock };
}

function add({ server }: Conversation, policy: ChannelPolicyInit) {
  return server.addChannel({ ...ODOM, ...policy });
}

/** A publisher without a server, and a function that adds a subscriber. */
function publisherUnderTest(policy: ChannelPolicyInit = {}): { publisher: ChannelPublisher; subscribe: () => void } {
  const entry = new ChannelTable<Receiver>().add({ ...ODOM });
  const publisher = new ChannelPublisher(entry, policyFrom("Test", policy), {
    frames: new FrameStack(new FramePool()),
    calls: new CallQueue(),
    clock: new TestClock(),
    onKeyByError() {},
    onSinksChange() {},
  });
  const subscribe = () => {
    const client = { info: { id: 1 }, outbox: new OutboxUnderTest().outbox };
    entry.subscribers.push({ client, entry, subscriptionId: subscription(1), isReported: true });
  };
  return { publisher, subscribe };
}

Deno.test("ChannelPublisher.isActive is true with a subscriber or a latch, until the channel is closed", () => {
  const { publisher, subscribe } = publisherUnderTest();
  assertEquals([publisher.isActive, publisher.isClosed], [false, false]);
  subscribe();
  assertEquals([publisher.isActive, publisher.isClosed], [true, false]);
  publisher.close();
  assertEquals([publisher.isActive, publisher.isClosed], [false, true]);
  assertEquals(publisherUnderTest({ latch: true }).publisher.isActive, true);
});

Deno.test("ChannelPublisher.countUnencoded() counts a published message, and no bytes", () => {
  const { publisher, subscribe } = publisherUnderTest();
  publisher.countUnencoded();
  publisher.publish(1n, "12345", undefined);
  assertEquals([publisher.messagesPublished, publisher.bytesPublished], [2, 0]);
  subscribe();
  publisher.publish(1n, "12345", undefined);
  assertEquals([publisher.messagesPublished, publisher.bytesPublished], [3, 13 + 5]);
});

Deno.test("latch sends the last message at once to a late subscriber only", () => {
  const { server, client, id } = fixture({ latch: true });
  const early = client();
  early.subscribes(1, id);
  server.sendMessage(id, 1n, "first");
  server.sendMessage(id, 2n, "second");
  assertEquals(texts(early), ["first", "second"]);
  const late = client();
  late.subscribes(9, id);
  const [message] = [late.takes()];
  assertEquals(message, { op: "messageData", subscriptionId: 9 as never, timestamp: 2n, payload: bytes("second") });
  assertEquals([texts(late), texts(early)], [[], []]);
});

Deno.test("latch keeps messages that were sent without any subscriber", () => {
  const { server, client, id } = fixture({ latch: { depth: 2 } });
  for (const text of ["a", "b", "c"]) server.sendMessage(id, 1n, text);
  const someone = client();
  someone.subscribes(1, id);
  assertEquals(texts(someone), ["b", "c"]);
});

Deno.test("latch with keyBy keeps one message per key, up to the depth", () => {
  const keyBy = (payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload)).child;
  const { server, client, id } = fixture({ latch: { depth: 3, keyBy } });
  for (const [child, x] of [["base", 1], ["arm", 1], ["base", 2], ["__proto__", 1], ["lidar", 1]]) {
    server.sendMessage(id, 1n, JSON.stringify({ child, x }));
  }
  const someone = client();
  someone.subscribes(1, id);
  assertEquals(texts(someone).map((text) => JSON.parse(text).child), ["base", "__proto__", "lidar"]);
});

Deno.test("latch logs an error of keyBy, and sends the message anyway", () => {
  const { server, client, id, log } = fixture({
    latch: {
      depth: 3,
      keyBy: () => {
        throw new Error("no key");
      },
    },
  });
  const someone = client();
  someone.subscribes(1, id);
  server.sendMessage(id, 1n, "x");
  assertEquals(texts(someone), ["x"]);
  assertEquals(log.includes('error: Channel "/odom": latch.keyBy failed'), true);
});

Deno.test("latch does not keep a message to a single client", () => {
  const { server, client, id } = fixture({ latch: true });
  const someone = client();
  someone.subscribes(1, id);
  server.sendMessage(id, 1n, "for one", { to: clientId(1) });
  const late = client();
  late.subscribes(1, id);
  assertEquals([texts(someone), texts(late)], [["for one"], []]);
});

Deno.test("latch sends the latched messages before a message of the hook", () => {
  const { server, client, id } = fixture({ latch: true });
  server.setListener({ onClientSubscribe: (server, id) => server.sendMessage(id, 2n, "newer") });
  server.sendMessage(id, 1n, "latched");
  const someone = client();
  someone.subscribes(1, id);
  assertEquals(texts(someone), ["latched", "newer"]);
});

Deno.test("latch sends the latched messages again in a new session, because apps have forgotten them", () => {
  const { server, client, id } = fixture({ latch: true });
  server.sendMessage(id, 1n, "map");
  const [subscribed, other] = [client(), client()];
  subscribed.subscribes(1, id);
  texts(subscribed);
  server.resetSessionId();
  assertEquals([texts(subscribed), texts(other)], [["map"], []]);
});

Deno.test("latch does not overwrite kept messages with later ones", () => {
  const talk = conversation();
  const [map, noise] = [add(talk, { latch: { depth: 3 } }), add(talk, { latch: true })];
  for (let index = 0; index < 100; index++) {
    if (index < 3) talk.server.sendMessage(map, 1n, `map ${index}`);
    talk.server.sendMessage(noise, 1n, `noise ${index}`);
  }
  const someone = talk.client();
  someone.subscribes(1, map);
  someone.subscribes(2, noise);
  assertEquals(texts(someone), ["map 0", "map 1", "map 2", "noise 99"]);
});

Deno.test("maxRateHz sends the first message at once, and then the newest of each interval", () => {
  const { server, client, id, clock } = fixture({ maxRateHz: 10 });
  const someone = client();
  someone.subscribes(1, id);
  const publish = (...numbers: number[]) => numbers.forEach((each) => server.sendMessage(id, BigInt(each), `${each}`));
  publish(1, 2, 3);
  assertEquals(texts(someone), ["1"]);
  clock.advance(100);
  assertEquals(texts(someone), ["3"]);
  publish(4);
  clock.advance(50);
  publish(5);
  assertEquals(texts(someone), []);
  clock.advance(50);
  assertEquals(texts(someone), ["5"]);
  clock.advance(1000);
  publish(6);
  assertEquals(texts(someone), ["6"]);
  assertEquals(server.stats().channels[0]?.drops, { queue: 0, age: 0, replaced: 0, rate: 2 });
});

Deno.test("maxRateHz limits the rate over a long time", () => {
  const { server, client, id, clock } = fixture({ maxRateHz: 60 });
  const someone = client();
  someone.subscribes(1, id);
  let heard = 0;
  for (let ms = 0; ms < 10_000; ms += 4) {
    server.sendMessage(id, BigInt(ms), `${ms}`);
    heard += texts(someone).length;
    clock.advance(4);
    heard += texts(someone).length;
  }
  assertEquals(heard > 590 && heard <= 602, true, `${heard} messages in 10 s`);
});

Deno.test("maxRateHz never sends an older message after a newer one", () => {
  const { server, client, id, clock } = fixture({ maxRateHz: 10 });
  const someone = client();
  someone.subscribes(1, id);
  server.sendMessage(id, 1n, "1");
  server.sendMessage(id, 2n, "2");
  // The timer is late: the next message arrives first.
  const after = clock.now() + 150;
  clock.now = () => after;
  server.sendMessage(id, 3n, "3");
  clock.advance(1000);
  assertEquals(texts(someone), ["1", "3"]);
});

Deno.test("maxRateHz sends the waiting message to the subscribers at that time, and drops it with the channel", () => {
  const { server, client, id, clock } = fixture({ maxRateHz: 10 });
  const [someone, late] = [client(), client()];
  someone.subscribes(1, id);
  server.sendMessage(id, 1n, "1");
  server.sendMessage(id, 2n, "2");
  late.subscribes(1, id);
  clock.advance(100);
  assertEquals([texts(someone), texts(late)], [["1", "2"], ["2"]]);
  server.sendMessage(id, 3n, "3");
  const alarms = clock.pendingTimers;
  server.removeChannel(id);
  assertEquals(clock.pendingTimers, alarms - 1);
  clock.advance(1000);
  assertEquals(texts(someone), []);
});

Deno.test("FoxgloveServer.addChannel() rejects contradictory policies, and adds nothing", () => {
  const { server } = conversation();
  const rejects = (policy: Record<string, unknown>, error: ErrorConstructor, text: string) =>
    assertThrows(() => server.addChannel({ ...ODOM, ...policy }), error, text);
  rejects({ delivery: "sometimes" }, TypeError, 'Cannot add channel "/odom": unknown delivery "sometimes"');
  rejects({ maxAgeMs: 0 }, RangeError, "maxAgeMs is 0");
  rejects({ maxRateHz: NaN }, RangeError, "maxRateHz is NaN");
  rejects({ delivery: "reliable", maxAgeMs: 5 }, TypeError, "its delivery is reliable");
  rejects({ latch: { depth: 0 } }, RangeError, "latch.depth is 0");
  rejects({ latch: { depth: 1, keyBy: "id" } }, TypeError, "latch.keyBy is not a function");
  assertEquals(server.channels.size, 0);
});
