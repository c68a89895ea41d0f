// openSink(): opens a path, a stream or an object as the sink of a writer.

import { kindOf } from "../../protocol/bytes.ts";
import { openFileSink } from "./file_sink.ts";
import type { McapSink, OpenSink } from "./sink.ts";
import type { ResolvedWriterOptions } from "./writer_options.ts";

/** Where a file is written: a path, a `file:` URL, a stream, or an object with `write()`. */
export type McapTarget = string | URL | WritableStream<Uint8Array> | McapSink;

/**
 * Opens the target.
 *
 * @throws {TypeError} If the target has another type, or is a locked stream.
 * @throws {Error} If the file cannot be created.
 */
export async function openSink(target: McapTarget, options: ResolvedWriterOptions): Promise<OpenSink> {
  if (typeof target === "string" || target instanceof URL) return await openFileSink(target, options);
  if (hasMethod(target, "getWriter")) return streamSink(target.getWriter());
  if (hasMethod(target, "write")) return objectSink(target);
  throw new TypeError(
    `Cannot write MCAP: the sink is ${kindOf(target)}, not a path, a stream, or an object with write()`,
  );
}

function hasMethod<Name extends string>(value: unknown, name: Name): value is Record<Name, () => unknown> {
  return typeof (value as Partial<Record<Name, unknown>> | null | undefined)?.[name] === "function";
}

function streamSink(writer: WritableStreamDefaultWriter<Uint8Array>): OpenSink {
  // The writer learns of an error by its next call.
  writer.closed.catch(() => {});
  return {
    returnsBytes: false,
    write: (bytes) => writer.write(bytes),
    flush() {},
    close: () => writer.close(),
    abort: (error) => writer.abort(error),
  };
}

function objectSink(sink: McapSink): OpenSink {
  return {
    returnsBytes: false,
    write(bytes) {
      // Only promises count, because functions such as push() return other numbers.
      const { length } = bytes;
      const result: unknown = sink.write(bytes);
      return isPromiseLike(result) ? checkTaken(result, length) : undefined;
    },
    async flush() {
      await sink.flush?.();
      await sink.sync?.();
    },
    close: () => sink.close?.(),
    abort: () => sink.close?.(),
  };
}

async function checkTaken(result: PromiseLike<unknown>, length: number): Promise<void> {
  const taken = await result;
  if (typeof taken !== "number" || taken === length) return;
  throw new Error(`Cannot write MCAP: the sink has taken ${taken} of ${length} bytes`);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return hasMethod(value, "then");
}
