// SeekableSource: bytes that can be read from any place, such as a file.

import type { ByteSource } from "../../protocol/bytes.ts";

/** Bytes that can be read from any place. Implement it to read from other storage. */
export interface SeekableSource {
  /** The number of bytes. */
  readonly size: number;
  /**
   * Reads bytes. `offset` and `length` are within {@linkcode size}. Several calls may be pending at the same time.
   *
   * @param signal Aborts when the result is not needed any more. The source may ignore it.
   * @returns Exactly `length` bytes, or fewer if the source has become shorter. They must not change afterwards.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A file to read: a path or a `file:` URL, a `Blob`, bytes, or any other {@linkcode SeekableSource}. */
export type McapInput = string | URL | Blob | ByteSource | SeekableSource;

/** A source with the function that closes it. */
export interface OpenSource {
  /** The source. */
  readonly source: SeekableSource;
  /** Closes what was opened for it. */
  close(): Promise<void>;
}
