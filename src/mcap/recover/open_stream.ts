// openStream(): any input as a stream of bytes.

import { bytesOf } from "../../protocol/bytes.ts";
import { openSource } from "../reader/open_source.ts";
import type { ByteStream } from "../reader/piece_reader.ts";
import type { McapInput, SeekableSource } from "../reader/seekable_source.ts";

const PIECE_BYTES = 1024 * 1024;

/** A stream with the function that closes its source. */
export interface OpenStream {
  /** The bytes. */
  readonly stream: ByteStream;
  /** The source of the stream; `undefined` if only a stream exists. */
  readonly source: SeekableSource | undefined;
  /** Closes what was opened for it. */
  close(): Promise<void>;
}

/**
 * Opens an input.
 *
 * @throws {TypeError} If it is of another type.
 */
export async function openStream(
  input: McapInput | ByteStream,
  signal: AbortSignal | undefined,
): Promise<OpenStream> {
  if (isStream(input)) return { stream: input, source: undefined, close: () => Promise.resolve() };
  const { source, close } = await openSource(input);
  return { stream: piecesOf(source, signal), source, close };
}

function isStream(input: McapInput | ByteStream): input is ByteStream {
  if (typeof input !== "object" || input === null || input instanceof Blob || bytesOf(input)) return false;
  return input instanceof ReadableStream || Symbol.asyncIterator in input || Symbol.iterator in input;
}

async function* piecesOf(source: SeekableSource, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.size;) {
    const bytes = await source.read(offset, Math.min(PIECE_BYTES, source.size - offset), signal);
    if (bytes.length === 0) return;
    offset += bytes.length;
    yield bytes;
  }
}
