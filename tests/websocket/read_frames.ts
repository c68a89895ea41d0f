// readFrames(): runs a FrameReader over chunks, and returns what it reports as data.

import { assertEquals } from "@std/assert/equals";
import { FrameReader } from "../../src/websocket/frame_reader.ts";
import type { FrameReaderOptions } from "../../src/websocket/frame_reader_options.ts";
import type { Random } from "../protocol/random.ts";

/** An event of a `FrameReader`. Bytes are in hex. */
export type FrameEvent =
  | { type: "text"; text: string }
  | { type: "binary" | "ping" | "pong"; hex: string }
  | { type: "close"; code: number | undefined; reason: string }
  | { type: "failed"; code: number; reason: string };

/** The memory that a reader may have allocated in addition to twice the bytes that it has read. */
const BASE_BYTES = 512;
/** A payload of a few bytes may keep a buffer of this size alive. */
const SMALL_BUFFER_BYTES = 4096;

/**
 * Returns the events of all chunks. The chunks are changed. `pauses`: whether the reader pauses after each message.
 *
 * Also asserts that the memory for incomplete payloads has its limit, that payloads do not keep large buffers alive,
 * and that delivered bytes are not changed later.
 */
export function readFrames(
  options: FrameReaderOptions,
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
  pauses = false,
): FrameEvent[] {
  const events: FrameEvent[] = [];
  const delivered: { bytes: Uint8Array<ArrayBuffer>; hex: string }[] = [];
  const deliver = (type: "binary" | "ping" | "pong", bytes: Uint8Array<ArrayBuffer>) => {
    assertEquals(bytes.buffer.byteLength <= Math.max(SMALL_BUFFER_BYTES, 8 * bytes.length), true);
    const hex = bytes.toHex();
    delivered.push({ bytes, hex });
    events.push({ type, hex });
  };
  let isPaused = false;
  const reader = new FrameReader(options, {
    message(data) {
      if (typeof data === "string") events.push({ type: "text", text: data });
      else deliver("binary", data);
      isPaused = pauses;
      if (pauses) reader.pause();
    },
    ping: (payload) => deliver("ping", payload),
    pong: (payload) => deliver("pong", payload),
    close: (code, reason) => events.push({ type: "close", code, reason }),
    failed: (code, reason) => events.push({ type: "failed", code, reason }),
  });
  let readBytes = 0;
  for (const chunk of chunks) {
    readBytes += chunk.length;
    reader.push(chunk);
    while (isPaused) {
      const { length } = events;
      isPaused = false;
      reader.resume();
      assertEquals(
        events.filter(({ type }, at) => at >= length && (type === "text" || type === "binary")).length <= 1,
        true,
      );
    }
    const last = events.at(-1)?.type;
    const maxBufferedBytes = last === "close" || last === "failed" ? 0 : 2 * readBytes + BASE_BYTES;
    if (reader.bufferedBytes > maxBufferedBytes) {
      assertEquals(reader.bufferedBytes, maxBufferedBytes, `after ${readBytes} bytes`);
    }
  }
  for (const { bytes, hex } of delivered) assertEquals(bytes.toHex(), hex, "A delivered payload has changed");
  return events;
}

/** Copies bytes to chunks of `size` bytes; the last one may be shorter. */
export function chunksOf(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size));
}

/** Copies bytes to chunks of random lengths. Each begins anywhere in its buffer, so that words are not aligned. */
export function randomChunks(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Long inputs are not split into the shortest chunks, because that takes too long.
  const maxLength = Math.max(random.pick([4, 16, 200, bytes.length + 1]), bytes.length >>> 9);
  for (let start = 0; start < bytes.length;) {
    const part = bytes.subarray(start, start + 1 + random.below(maxLength));
    const offset = random.below(4);
    const buffer = new Uint8Array(offset + part.length);
    buffer.set(part, offset);
    chunks.push(buffer.subarray(offset));
    start += part.length;
  }
  return chunks;
}
