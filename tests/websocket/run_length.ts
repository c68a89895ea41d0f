// A trivial compression for tests: pairs of a count and a byte.

import type { InflateResult } from "../../src/websocket/frame_reader_options.ts";

/** Compresses bytes. */
export function deflateRuns(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const pairs: number[] = [];
  for (const byte of bytes) {
    const count = pairs.at(-1) === byte ? pairs.at(-2)! : 255;
    if (count < 255) pairs[pairs.length - 2] = count + 1;
    else pairs.push(1, byte);
  }
  return Uint8Array.from(pairs);
}

/** Decompresses bytes. An odd number of bytes is invalid. */
export function inflateRuns(compressed: Uint8Array, maxBytes: number): InflateResult {
  if (compressed.length % 2 !== 0) return { type: "invalid" };
  const bytes: number[] = [];
  for (let at = 0; at < compressed.length; at += 2) {
    if (bytes.length + compressed[at]! > maxBytes) return { type: "tooLarge" };
    for (let count = compressed[at]!; count > 0; count--) bytes.push(compressed[at + 1]!);
  }
  return { type: "data", bytes: Uint8Array.from(bytes) };
}
