// Decompression with zlib, as a server uses it.

import { constants, inflateRawSync } from "node:zlib";
import type { InflateResult } from "../../src/websocket/frame_reader_options.ts";

/** The end of the stream that senders omit (RFC 7692, section 7.2.1). */
const TAIL = [0, 0, 0xff, 0xff];

/** Decompresses a message with raw DEFLATE. */
export function inflateZlib(compressed: Uint8Array, maxBytes: number): InflateResult {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxBytes };
    const bytes = inflateRawSync(Uint8Array.from([...compressed, ...TAIL]), options);
    return { type: "data", bytes: Uint8Array.from(bytes) };
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { type: isTooLarge ? "tooLarge" : "invalid" };
  }
}
