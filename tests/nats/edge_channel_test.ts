// EdgeChannel: messages that arrive at once and with the state are passed on once, and in order.

import { assertEquals } from "@std/assert/equals";
import { EdgeChannel } from "../../src/nats/edge_channel.ts";
import { writeFrames } from "../../src/nats/frames.ts";

function frame(sequence: number): Uint8Array {
  const header = { sequence, timestamp: BigInt(sequence), sentMs: 0, period: 0 };
  return [...writeFrames(header, new Uint8Array([sequence]), 1000)][0]!;
}

function channelWith(latchDepth: number) {
  const passed: bigint[] = [];
  const counts = { tooOld: 0, incomplete: 0 };
  const old = new Set<number>();
  let sequence = 0;
  const channel = new EdgeChannel({
    latchDepth,
    isNew: () => !old.has(sequence),
    pass: ({ timestamp }) => passed.push(timestamp),
    counts,
  });
  const receive = (number: number) => {
    sequence = number;
    channel.receive(frame(number));
  };
  return { channel, passed, counts, old, receive };
}

Deno.test("EdgeChannel.begin() passes on latched messages in order, and then only newer ones", () => {
  const { channel, passed, receive } = channelWith(3);
  channel.begin([frame(5), frame(3), frame(4)]);
  channel.receiveLatched(frame(4));
  receive(5);
  receive(6);
  channel.receiveLatched(frame(6));
  assertEquals(passed, [3n, 4n, 5n, 6n]);
});

Deno.test("EdgeChannel.begin() leaves room for latched messages that the state does not have yet", () => {
  const { channel, passed } = channelWith(3);
  channel.begin([frame(7), frame(2), frame(3)]);
  channel.receiveLatched(frame(8));
  channel.receiveLatched(frame(6));
  channel.receiveLatched(frame(6));
  assertEquals(passed, [2n, 3n, 7n, 8n, 6n]);
});

Deno.test("EdgeChannel: the state fills gaps, but an older message never replaces a newer one", () => {
  const single = channelWith(1);
  for (const number of [1, 2, 5]) single.receive(number);
  single.channel.receiveLatched(frame(4));
  single.channel.receiveLatched(frame(7));
  single.receive(6);
  assertEquals(single.passed, [1n, 2n, 5n, 7n]);

  const several = channelWith(3);
  for (const number of [1, 2, 5]) several.receive(number);
  several.channel.receiveLatched(frame(4));
  several.channel.receiveLatched(frame(4));
  several.channel.receiveLatched(frame(2));
  assertEquals(several.passed, [1n, 2n, 5n, 4n]);
});

Deno.test("EdgeChannel drops and counts what is too old, which the state may still bring", () => {
  const { channel, passed, counts, old, receive } = channelWith(1);
  old.add(1);
  receive(1);
  assertEquals([passed, counts.tooOld], [[], 1]);
  channel.receiveLatched(frame(1));
  assertEquals(passed, [1n]);
});

Deno.test("EdgeChannel counts messages of which a part is missing", () => {
  const { channel, passed, counts } = channelWith(0);
  const header = { sequence: 1, timestamp: 1n, sentMs: 0, period: 0 };
  const [first, , third] = writeFrames(header, new Uint8Array(200), 100);
  channel.receive(first!);
  channel.receive(third!);
  assertEquals([passed, counts.incomplete], [[], 1]);
});
