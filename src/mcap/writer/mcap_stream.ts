// mcapStream(): an MCAP file as a stream, for example for the response to a download.

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
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  void run(writable.getWriter(), write, options);
  return readable;
}

async function run(
  stream: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  write: (writer: McapWriter) => void | Promise<void>,
  options: McapWriterOptions,
): Promise<void> {
  stream.closed.catch(() => {});
  try {
    const writer = await McapWriter.open(
      { write: (bytes) => stream.write(bytes), close: () => stream.close() },
      options,
    );
    await write(writer);
    await writer.close();
  } catch (error) {
    // The reader gets the error, unless it has cancelled.
    await stream.abort(error).catch(() => {});
  }
}
