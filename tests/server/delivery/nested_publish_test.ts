// Nested publishing: keyBy and the logger publish messages while another message is being published.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import type { ChannelId } from "../../../src/protocol/ids.ts";
import { FramePool } from "../../../src/server/delivery/frame_pool.ts";
import { FrameStack } from "../../../src/server/delivery/frame_stack.ts";
import type { Logger } from "../../../src/logger.ts";
import {
  type Conversation,
  conversation,
  type FakeClient,
  ODOM,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

/** The data messages that have arrived, each with its subscription, and the ops of other messages. */
function heard(client: FakeClient): string[] {
  return client.takesAll().map((message) => {
    const isData = message.op === "messageData";
    return isData ? `${message.subscriptionId}:${new TextDecoder().decode(message.payload)}` : message.op;
  });
}

interface Fixture extends Conversation {
  /** Runs inside keyBy, before it returns the payload as the key. */
  keyBy: (text: string) => void;
  readonly odom: ChannelId;
  readonly other: ChannelId;
  readonly clock: TestClock;
}

/** A server with a channel `/odom` that is latched by key, and a second channel. */
function fixture(policy: { maxRateHz?: number } = {}): Fixture {
  const clock = new TestClock();
  const talk = conversation({}, { clock });
  const keyBy = (payload: Uint8Array) => {
    const text = new TextDecoder().decode(payload);
    fixture.keyBy(text);
    // Reads the payload again: it must still be the message of this call.
    return new TextDecoder().decode(payload);
  };
  const [odom, other] = talk.server.addChannels([
    { ...ODOM, ...policy, latch: { depth: 20, keyBy } },
    { ...ODOM, topic: "/other", latch: { depth: 20 } },
  ]);
  const fixture: Fixture = { ...talk, keyBy: () => {}, odom: odom!, other: other!, clock };
  return fixture;
}

/** A client with subscriptions 1 to `/odom` and 2 to the other channel. Drops the latched messages. */
function subscriber({ client, odom, other }: Fixture): [client: FakeClient, latched: string[]] {
  const app = client();
  app.subscribes(1, odom);
  app.subscribes(2, other);
  return [app, heard(app)];
}

Deno.test("keyBy may publish on another channel: both messages arrive intact, live and latched", () => {
  const talk = fixture();
  const { server, odom, other } = talk;
  const [app] = subscriber(talk);
  talk.keyBy = (text) => server.sendMessage(other, 5n, `a longer message, because of ${text}`);
  server.sendMessage(odom, 1n, "pose 1");
  server.sendMessage(odom, 2n, "pose 2");
  const about = (text: string) => `2:a longer message, because of ${text}`;
  assertEquals(heard(app), [about("pose 1"), "1:pose 1", about("pose 2"), "1:pose 2"]);
  assertEquals(subscriber(talk)[1], ["1:pose 1", "1:pose 2", about("pose 1"), about("pose 2")]);
});

Deno.test("keyBy may publish on its own channel: the inner message arrives first, live and latched", () => {
  const talk = fixture();
  const { server, odom } = talk;
  const [app] = subscriber(talk);
  talk.keyBy = (text) => {
    if (text.startsWith("pose")) server.sendMessage(odom, 5n, `before ${text}`);
  };
  server.sendMessage(odom, 1n, "pose 1");
  server.sendMessage(odom, 2n, "pose 2");
  const order = ["1:before pose 1", "1:pose 1", "1:before pose 2", "1:pose 2"];
  assertEquals([heard(app), subscriber(talk)[1]], [order, order]);
});

Deno.test("keyBy may publish for a slow client: each message is queued intact", async () => {
  const talk = fixture();
  const { server, odom, other } = talk;
  const [app] = subscriber(talk);
  app.stalls();
  talk.keyBy = (text) => server.sendMessage(other, 5n, `because of ${text}`);
  server.sendMessage(odom, 1n, "pose 1");
  server.sendMessage(odom, 2n, "pose 2");
  app.reads();
  await app.arrived(4);
  assertEquals(heard(app).toSorted(), ["1:pose 1", "1:pose 2", "2:because of pose 1", "2:because of pose 2"]);
});

Deno.test("keyBy that publishes endlessly gets an error, and every message arrives complete and in order", () => {
  const talk = fixture();
  const { server, odom, log } = talk;
  const [app] = subscriber(talk);
  const errors: unknown[] = [];
  talk.keyBy = (text) => {
    try {
      server.sendMessage(odom, 5n, `${text}!`);
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  server.sendMessage(odom, 1n, "pose");
  const order = Array.from({ length: 8 }, (_, depth) => `1:pose${"!".repeat(depth)}`).reverse();
  assertEquals(heard(app), order);
  assertEquals(errors.map(String), [
    'RangeError: Cannot send on "/odom": keyBy, getters or sinks send more than 7 levels deep',
  ]);
  assertEquals(log.filter((line) => line.startsWith("error: ")), ['error: Channel "/odom": latch.keyBy failed']);
  // A message without a key is not latched.
  assertEquals(subscriber(talk)[1], order.slice(1));
  talk.keyBy = () => {};
  server.sendMessage(odom, 2n, "next");
  assertEquals(heard(app), ["1:next"]);
});

Deno.test("keyBy may remove its own channel: nothing is sent or kept after that", () => {
  const talk = fixture({ maxRateHz: 10 });
  const { server, odom, clock } = talk;
  const [app] = subscriber(talk);
  server.sendMessage(odom, 1n, "sent");
  assertEquals(heard(app), ["1:sent"]);
  const alarms = clock.pendingTimers;
  talk.keyBy = () => void server.removeChannel(odom);
  server.sendMessage(odom, 2n, "too late");
  assertEquals(heard(app), ["unadvertise"]);
  assertEquals(clock.pendingTimers, alarms);
  clock.advance(1000);
  assertEquals([heard(app), server.stats().queuedBytes], [[], 0]);
});

Deno.test("keyBy may close the server: the message is not sent", async () => {
  const talk = fixture();
  const { server, odom } = talk;
  const [app] = subscriber(talk);
  talk.keyBy = () => void server.close({ graceMs: 0 });
  server.sendMessage(odom, 1n, "too late");
  while (talk.clock.pendingTimers > 0) {
    talk.clock.advance(0);
    await settled();
  }
  await server.closed;
  assertEquals([heard(app), app.closedWith?.code], [[], 1001]);
});

/** A server that publishes its log lines on `/log`, and adds them to `lines`. */
function logged(options: { maxQueuedMessages?: number } = {}) {
  const lines: string[] = [];
  const say = (message: string) => {
    lines.push(message);
    talk.server.sendMessage(log, 9n, message);
  };
  const logger: Logger = { debug() {}, info() {}, warn: say, error: say };
  const talk = conversation({ logger, ...options });
  const log: ChannelId = talk.server.addChannel({ ...ODOM, topic: "/log" });
  const odom = talk.server.addChannel(ODOM);
  return { ...talk, lines, log, odom };
}

Deno.test("a logger that publishes: a fast client gets its pose, and the log line on its own channel", () => {
  const { server, client, lines, log, odom } = logged({ maxQueuedMessages: 1 });
  const [slow, healthy] = [client(), client()];
  slow.subscribes(1, odom);
  healthy.subscribes(1, odom);
  healthy.subscribes(2, log);
  slow.stalls();
  server.sendMessage(odom, 1n, "pose 1");
  // Drops the first message for the slow client, which is logged.
  server.sendMessage(odom, 2n, "pose 2");
  server.sendMessage(odom, 3n, "pose 3");
  const [line] = lines;
  assertEquals(line, 'Client 1 reads too slowly: messages are dropped, starting with topic "/odom"');
  assertEquals(heard(healthy), ["1:pose 1", "1:pose 2", `2:${line}`, "1:pose 3"]);
  slow.leaves();
});

Deno.test("a logger that publishes to the slow client itself logs one line, and the drops are counted", () => {
  const { server, client, lines, log, odom } = logged({ maxQueuedMessages: 1 });
  const slow = client();
  slow.subscribes(1, odom);
  slow.subscribes(2, log);
  slow.stalls();
  for (let index = 0; index < 10; index++) server.sendMessage(odom, BigInt(index), `pose ${index}`);
  assertEquals(lines, ['Client 1 reads too slowly: messages are dropped, starting with topic "/odom"']);
  // Ten poses and the line were published, and one message is queued.
  assertEquals(server.stats().drops.queue, 10);
  slow.leaves();
});

Deno.test("a logger whose own messages are dropped first: the drops are counted, and not logged", () => {
  const { server, client, lines, log } = logged({ maxQueuedMessages: 1 });
  const slow = client();
  slow.subscribes(2, log);
  slow.stalls();
  for (const topic of ["/a", "/b", "/c"]) server.addChannel({ topic, encoding: "xml" });
  assertEquals(lines.length, 3);
  assertEquals(server.stats().drops.queue, 2);
  slow.leaves();
});

Deno.test("a logger that publishes messages that fail: the failures are not logged", () => {
  const lines: string[] = [];
  const say = (message: string) => {
    lines.push(message);
    server.sendMessage(log, 9n, message);
  };
  const { server } = conversation({ logger: { debug() {}, info() {}, warn: say, error: say } });
  const keyBy = () => {
    throw new Error("no key");
  };
  const log: ChannelId = server.addChannel({ ...ODOM, topic: "/log", latch: { depth: 1, keyBy } });
  server.sendMessage(log, 1n, "x");
  assertEquals(lines, ['Channel "/log": latch.keyBy failed']);
});

Deno.test("FoxgloveServer calls the logger about an expired message after the queue has been sent", async () => {
  const clock = new TestClock();
  const sentBefore: number[] = [];
  const logger: Logger = { debug() {}, info() {}, warn: () => void sentBefore.push(app.inboxSize), error() {} };
  const { server, client } = conversation({ logger }, { clock });
  const [odom, other] = server.addChannels([{ ...ODOM, maxAgeMs: 10 }, { ...ODOM, topic: "/other" }]);
  const app: FakeClient = client();
  app.subscribes(1, odom!);
  app.subscribes(2, other!);
  app.stalls();
  server.sendMessage(odom!, 1n, "old");
  for (let index = 0; index < 3; index++) server.sendMessage(other!, 1n, `${index}`);
  clock.advance(20);
  app.reads();
  await app.arrived(4);
  // The status about the drop is queued behind the earlier data.
  assertEquals(heard(app), ["2:0", "2:1", "2:2", "status"]);
  assertEquals(sentBefore, [4]);
});

Deno.test("FrameStack returns the same frame again, and another frame during a publish", () => {
  const frames = new FrameStack(new FramePool());
  const first = frames.enter("/t");
  const second = frames.enter("/t");
  first.write(1n, "first");
  second.write(2n, "second");
  first.setSubscriptionId(subscription(1));
  assertEquals([first, second].map(({ payload }) => new TextDecoder().decode(payload)), ["first", "second"]);
  frames.leave();
  frames.leave();
  assertStrictEquals(frames.enter("/t"), first);
  assertStrictEquals(frames.enter("/t"), second);
});

Deno.test("FrameStack frees the memory of a huge message, and reuses that of a usual one", () => {
  const frames = new FrameStack(new FramePool());
  const before = frames.bytes;
  const publish = (payload: Uint8Array | string) => {
    frames.enter("/t").write(1n, payload);
    frames.leave();
    return frames.bytes;
  };
  assertEquals(publish(new Uint8Array(20 * 1024 * 1024)), before);
  // UTF-8 may need three times as many bytes.
  assertEquals(publish("x".repeat(3 * 1024 * 1024)), before);
  assertEquals(publish(new Uint8Array(1024 * 1024)), 1.25 * 1024 * 1024);
  assertEquals(publish("next"), 1.25 * 1024 * 1024);
});

Deno.test("FrameStack does not keep the memory of a large message during a publish", () => {
  const frames = new FrameStack(new FramePool());
  const before = frames.bytes;
  frames.enter("/t");
  frames.enter("/t").write(1n, new Uint8Array(1024 * 1024));
  assertEquals(frames.bytes > before + 1024 * 1024, true);
  frames.leave();
  frames.leave();
  assertEquals(frames.bytes, before);
});
