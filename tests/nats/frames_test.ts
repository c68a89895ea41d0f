// writeFrames() and FrameReader: messages in one part or several.

import { assertEquals } from "@std/assert/equals";
import { FrameReader, sentTimeOf, sequenceDistance, writeFrames } from "../../src/nats/frames.ts";

const HEADER = { sequence: 0xffff_fffe, timestamp: 2n ** 64n - 1n, sentMs: 0xffff_ffff, period: 255 };

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

function frames(payload: Uint8Array, maxBytes: number, sequence = HEADER.sequence): Uint8Array[] {
  return [...writeFrames({ ...HEADER, sequence }, payload, maxBytes)];
}

Deno.test("a frame has the documented bytes", () => {
  const header = { sequence: 0x01020304, timestamp: 0x05n, sentMs: 0x06, period: 7 };
  const [frame] = writeFrames(header, new Uint8Array([0xaa]), 100);
  assertEquals(frame?.toHex(), "01" + "04030201" + "0500000000000000" + "06000000" + "07" + "aa");
  const [, second] = writeFrames(header, new Uint8Array([0xaa, 0xbb]), 27);
  // The limit leaves room for a whole frame of 9 bytes, but for one byte in a part.
  assertEquals(second, undefined);
  const parts = [...writeFrames(header, bytes(10), 27)];
  assertEquals(parts.length, 10);
  assertEquals(
    parts[1]?.toHex(),
    "02" + "04030201" + "0500000000000000" + "06000000" + "07" + "01000000" + "0a000000" + "01",
  );
});

Deno.test("FrameReader restores messages of any length", () => {
  for (const length of [0, 1, 81, 82, 83, 148, 149, 1000]) {
    const payload = bytes(length);
    const written = frames(payload, 100);
    assertEquals(written.every((frame) => frame.length <= 100), true);
    const reader = new FrameReader();
    const messages = written.map((frame) => reader.receive(frame));
    assertEquals(messages.slice(0, -1).every((each) => each === undefined), true);
    assertEquals(messages.at(-1), { ...HEADER, payload });
    assertEquals([reader.incomplete, reader.isWaiting], [0, false]);
  }
});

Deno.test("each frame has the time of its creation, which sentTimeOf() reads", () => {
  const header = { ...HEADER, sentMs: 0, period: 3 };
  const times = [];
  for (const frame of writeFrames(header, bytes(100), 60)) {
    times.push(sentTimeOf(frame));
    header.sentMs += 10;
  }
  assertEquals(times, [0, 10, 20].map((sentMs) => ({ sentMs, period: 3 })));
  assertEquals(sentTimeOf(bytes(17)), undefined);
});

Deno.test("writeFrames() copies the payload", () => {
  const payload = bytes(10);
  const [frame] = frames(payload, 100);
  payload.fill(0);
  assertEquals(frame?.subarray(18), bytes(10));
});

Deno.test("FrameReader drops messages with a missing part, and reads on", () => {
  const payload = bytes(300);
  for (let missing = 0; missing < 5; missing++) {
    const reader = new FrameReader();
    const written = frames(payload, 100, 1);
    assertEquals(written.length, 5);
    const first = written.filter((_, index) => index !== missing).map((frame) => reader.receive(frame));
    assertEquals(first.every((each) => each === undefined), true);
    const next = frames(payload, 100, 2).map((frame) => reader.receive(frame));
    assertEquals(next.at(-1)?.payload, payload);
    assertEquals(reader.incomplete > 0, true);
  }
});

Deno.test("FrameReader does not mix parts of two messages", () => {
  const reader = new FrameReader();
  const [one, other] = [frames(bytes(120), 100, 1), frames(new Uint8Array(120), 100, 2)];
  reader.receive(one[0]!);
  assertEquals(reader.receive(other[1]!), undefined);
});

Deno.test("FrameReader drops whatever is not a frame", () => {
  const reader = new FrameReader();
  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 8;
  for (let round = 0; round < 20_000; round++) {
    const frame = Uint8Array.from({ length: random() % 60 }, () => random());
    if (frame.length > 0) frame[0] = random() % 4;
    const message = reader.receive(frame);
    if (message && frame[0] === 1) assertEquals(message.payload.length, frame.length - 18);
  }
  for (const frame of frames(bytes(300), 100)) reader.receive(frame);
  assertEquals(reader.isWaiting, false);
});

Deno.test("sequenceDistance() counts over the end", () => {
  assertEquals(sequenceDistance(5, 3), 2);
  assertEquals(sequenceDistance(3, 5), -2);
  assertEquals(sequenceDistance(1, 0xffff_ffff), 2);
  assertEquals(sequenceDistance(0xffff_ffff, 1), -2);
});
