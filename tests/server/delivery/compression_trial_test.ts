// CompressionTrial and CompressedOnce: when messages are compressed, and how often.

import { assertEquals } from "@std/assert/equals";
import type { SubscriptionId } from "../../../src/protocol/ids.ts";
import { CompressionTrial } from "../../../src/server/delivery/compression_trial.ts";
import { FramePool } from "../../../src/server/delivery/frame_pool.ts";
import { MessageFrame } from "../../../src/server/delivery/message_frame.ts";

const PAYLOAD = new Uint8Array(1000);

/** Counts attempts whose results have this length. */
function setUp() {
  const trial = new CompressionTrial();
  const state = { attempts: 0, length: 100 };
  const compress = (payload: Uint8Array = PAYLOAD) =>
    trial.compress(payload, () => {
      state.attempts += 1;
      return new Uint8Array(state.length);
    });
  return { state, compress };
}

Deno.test("CompressionTrial.compress() returns results that are at most 90 % of the payload", () => {
  const { state, compress } = setUp();
  state.length = 900;
  assertEquals(compress()?.length, 900);
  state.length = 901;
  assertEquals(compress(), undefined);
});

Deno.test("CompressionTrial stops trying after four messages that do not shrink, for longer each time", () => {
  const { state, compress } = setUp();
  state.length = 1000;
  const attemptsAt: number[] = [];
  for (let message = 0; message < 5000; message++) {
    const { attempts } = state;
    compress();
    if (state.attempts > attempts) attemptsAt.push(message);
  }
  const gaps = attemptsAt.slice(1).map((at, index) => at - attemptsAt[index]!);
  assertEquals(gaps, [1, 1, 1, 17, 33, 65, 129, 257, 513, 1025, 1025, 1025]);
});

Deno.test("CompressionTrial tries every message again after one that shrank", () => {
  const { state, compress } = setUp();
  state.length = 1000;
  for (let message = 0; message < 4; message++) compress();
  state.length = 100;
  for (let message = 0; message < 16; message++) assertEquals(compress(), undefined);
  assertEquals([state.attempts, compress()?.length], [4, 100]);
  for (let message = 0; message < 3; message++) compress();
  assertEquals(state.attempts, 8);
});

for (const size of [2000, 50_000]) {
  Deno.test(`a message of ${size} bytes is compressed once for all clients, and for the queue`, () => {
    const frame = new MessageFrame(new FramePool());
    frame.write(1n, new Uint8Array(size));
    frame.setSubscriptionId(1 as SubscriptionId);
    let count = 0;
    const compress = (payload: Uint8Array) => {
      count += 1;
      return new Uint8Array([payload.length / 1000]);
    };
    const first = frame.compressedPayload(compress);
    const kept = frame.keep();
    assertEquals([first, kept.compressedPayload(compress), frame.compressedPayload(compress), count], [
      new Uint8Array([size / 1000]),
      first,
      first,
      1,
    ]);
    frame.write(2n, new Uint8Array(size));
    assertEquals([frame.compressedPayload(() => undefined), kept.compressedPayload(compress), count], [
      undefined,
      first,
      1,
    ]);
    kept.release();
  });
}
