// sinkStream(): a stream with the bytes that a sink gets.

import type { McapSink } from "./sink.ts";

/**
 * Returns what `write` writes to the sink, at the speed of the reader. The stream ends when the promise of `write`
 * resolves, and fails with its error. If the reader cancels, `write()` of the sink rejects.
 */
export function sinkStream(write: (sink: McapSink) => Promise<void>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  void run(writable.getWriter(), write);
  return readable;
}

async function run(
  stream: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  write: (sink: McapSink) => Promise<void>,
): Promise<void> {
  // Rejects if the reader cancels, which is not an error.
  stream.closed.catch(() => {});
  try {
    // Without close(): a writer also calls it after an error, and the stream would end as if the file were complete.
    await write({ write: (bytes) => stream.write(bytes) });
    await stream.close();
  } catch (error) {
    // The reader gets the error, unless it has cancelled.
    await stream.abort(error).catch(() => {});
  }
}
