// MessageFrame: which messages it keeps without a copy, and when its buffer may be used again.

import { assertEquals } from "@std/assert/equals";
import type { SubscriptionId } from "../../../src/protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES as HEADER } from "../../../src/protocol/message_data.ts";
import { FramePool, type KeptFrame } from "../../../src/server/delivery/frame_pool.ts";
import { MessageFrame } from "../../../src/server/delivery/message_frame.ts";

const KIB = 1024;

function frameOf(payload: Uint8Array | string): MessageFrame {
  const frame = new MessageFrame(new FramePool());
  frame.write(1n, payload);
  frame.setSubscriptionId(7 as SubscriptionId);
  return frame;
}

function isShared(frame: MessageFrame, kept: KeptFrame): boolean {
  return frame.bytes.buffer === kept.bytes.buffer;
}

for (
  const [what, payload, shared] of [
    ["a small message", new Uint8Array(100), false],
    ["a message of 16 KiB", new Uint8Array(16 * KIB), true],
    ["a text of 16 KiB", "x".repeat(16 * KIB), true],
    ["a message of 10 MiB", new Uint8Array(10 * KIB * KIB), true],
  ] as const
) {
  Deno.test(`MessageFrame.keep() ${shared ? "does not copy" : "copies"} ${what}`, () => {
    const frame = frameOf(payload);
    const kept = frame.keep();
    assertEquals(isShared(frame, kept), shared);
    assertEquals(kept.bytes, frame.bytes);
    assertEquals(kept.payload.length, payload.length);
  });
}

Deno.test("MessageFrame.keep() does not keep a large buffer for a smaller message", () => {
  const frame = frameOf(new Uint8Array(4 * KIB * KIB));
  const { capacity } = frame;
  frame.write(2n, new Uint8Array(20 * KIB));
  const kept = frame.keep();
  assertEquals([capacity, kept.bytes.buffer.byteLength], [5 * KIB * KIB, 64 * KIB]);
});

Deno.test("MessageFrame does not overwrite a large message while it is kept", () => {
  const frame = frameOf(new Uint8Array(20 * KIB).fill(1));
  const [first, again] = [frame.keep(), frame.keep()];
  assertEquals(first, again);
  frame.write(2n, new Uint8Array(20 * KIB).fill(2));
  const second = frame.keep();
  first.release();
  frame.write(3n, new Uint8Array(20 * KIB).fill(3));
  const third = frame.keep();
  assertEquals([first, second, third].map(({ payload, timestamp }) => [payload[0], payload.at(-1), timestamp]), [
    [1, 1, 1n],
    [2, 2, 2n],
    [3, 3, 3n],
  ]);
});

Deno.test("MessageFrame uses a buffer again when all users of its message have released it", () => {
  const frame = frameOf(new Uint8Array(20 * KIB));
  const kept = frame.keep();
  const { buffer } = kept.bytes;
  // The frame itself still needs it, for the other subscribers.
  kept.release();
  assertEquals([kept.isInUse, frame.keep().bytes.buffer === buffer], [true, true]);
  kept.release();
  frame.trim();
  assertEquals([kept.isInUse, frame.capacity], [false, 0]);
  frame.write(2n, new Uint8Array(20 * KIB));
  assertEquals(frame.bytes.buffer === buffer, true);
});

Deno.test("MessageFrame.trim() keeps a buffer that nothing else uses", () => {
  const frame = frameOf(new Uint8Array(20 * KIB));
  const { buffer } = frame.bytes;
  frame.trim();
  frame.write(2n, "next");
  assertEquals([frame.bytes.buffer === buffer, frame.bytes.length], [true, HEADER + 4]);
});

Deno.test("MessageFrame.encode() begins with a buffer of the size of the last message", () => {
  const frame = new MessageFrame(new FramePool());
  const sizes: number[] = [];
  const encode = () =>
    frame.encode(1n, (length: number, _context, target) => {
      sizes.push(target.bytes.length);
      if (target.bytes.length < HEADER + length) target.bytes = new Uint8Array(KIB * KIB);
      target.bytes.fill(5, HEADER, HEADER + length);
      target.length = HEADER + length;
    }, 600 * KIB);
  for (let round = 0; round < 3; round++) {
    encode();
    const kept = frame.keep();
    assertEquals([isShared(frame, kept), kept.payload.length, kept.payload.at(-1)], [true, 600 * KIB, 5]);
    frame.trim();
  }
  assertEquals(sizes, [64 * KIB, 640 * KIB, 640 * KIB]);
});
