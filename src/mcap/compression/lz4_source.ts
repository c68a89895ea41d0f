// Lz4Source: a cursor that reads the fields of LZ4 frames.

import { McapError } from "../records/mcap_error.ts";

/** Reads little-endian fields one after the other. A missing field throws an {@linkcode McapError}. */
export class Lz4Source {
  /** All bytes. */
  readonly bytes: Uint8Array;
  /** Where `bytes` begins in the file. */
  readonly offset: number;
  readonly #view: DataView;
  #position = 0;

  /** `offset`: where `bytes` begins in the file, for errors. */
  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of bytes that are left. */
  get left(): number {
    return this.bytes.length - this.#position;
  }

  /** Reads a uint8. */
  uint8(name: string): number {
    return this.#view.getUint8(this.skip(name, 1));
  }

  /** Reads a uint32. */
  uint32(name: string): number {
    return this.#view.getUint32(this.skip(name, 4), true);
  }

  /** Skips bytes. Returns where they begin in `bytes`. */
  skip(name: string, size: number): number {
    const start = this.#position;
    if (size > this.left) throw this.fault(`${size} bytes of ${name}`, `${this.left} bytes`, 0);
    this.#position = start + size;
    return start;
  }

  /** Returns an error for the place `back` bytes before the cursor. */
  fault(expected: string, found: string, back: number): McapError {
    return new McapError(expected, found, this.offset + this.#position - back);
  }
}
