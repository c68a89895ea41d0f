// mcapStream(): an MCAP file as a stream, for example for the response to a download.

import { sinkStream } from "./sink_stream.ts";
import { McapWriter } from "./writer.ts";
import type { McapWriterOptions } from "./writer_options.ts";

/**
 * Returns the bytes of a file that `write` writes. The stream ends when `write` returns or its promise resolves, and
 * fails with its error. If the reader cancels, `ready` and `flush()` of the writer reject.
 *
 * To write more than `maxPendingBytes`, wait for `ready` when `isFull` is set: the reader may be slow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { mcapStream } from "@x/foxglove-ws/mcap";
 *
 * const response = new Response(mcapStream((writer) => {
 *   const channelId = writer.addChannel({ topic: "/count", messageEncoding: "json" });
 *   writer.write({ channelId, logTime: 0n, data: new TextEncoder().encode("1") });
 * }));
 * const bytes = await response.bytes();
 * assertEquals(new TextDecoder().decode(bytes.subarray(1, 5)), "MCAP");
 * ```
 *
 * @throws {TypeError | RangeError} If an option is invalid; the stream fails with it.
 */
export function mcapStream(
  write: (writer: McapWriter) => void | Promise<void>,
  options: McapWriterOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return sinkStream(async (sink) => {
    const writer = await McapWriter.open(sink, options);
    await write(writer);
    await writer.close();
  });
}
