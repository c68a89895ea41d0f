// openSource(): makes a source of what callers pass.

import { bytesOf, kindOf } from "../../protocol/bytes.ts";
import { openFileSource } from "./file_source.ts";
import type { McapInput, OpenSource, SeekableSource } from "./seekable_source.ts";

/**
 * Opens a source.
 *
 * @throws {TypeError} If `input` is of another type, or a URL that is not a `file:` URL.
 */
export async function openSource(input: McapInput): Promise<OpenSource> {
  if (typeof input === "string" || input instanceof URL) return await openFileSource(input);
  return { source: sourceOf(input), close: () => Promise.resolve() };
}

function sourceOf(input: Exclude<McapInput, string | URL>): SeekableSource {
  if (input instanceof Blob) return new BlobSource(input);
  const bytes = bytesOf(input);
  if (bytes) return new BytesSource(bytes);
  const source = input as Partial<SeekableSource> | null | undefined;
  const { size } = source ?? {};
  if (typeof source?.read !== "function" || typeof size !== "number") {
    throw new TypeError(
      `Cannot open the MCAP file: ${kindOf(input)} is not a path, a file: URL, a Blob, bytes or a SeekableSource`,
    );
  }
  if (Number.isSafeInteger(size) && size >= 0) return source as SeekableSource;
  throw new RangeError(`Cannot open the MCAP file: the size of the source is ${size}`);
}

class BytesSource implements SeekableSource {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.subarray(offset, offset + length));
  }
}

class BlobSource implements SeekableSource {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
  }
}
