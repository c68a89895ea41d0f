// FieldReader: a cursor that reads the fields of a record.

import { McapError } from "./mcap_error.ts";
import { readSafeUint64 } from "./uint64.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads little-endian fields one after the other. The names of fields are used in error texts. A missing or malformed
 * field throws an {@linkcode McapError}. Bytes after the last field are ignored, because later versions of the format
 * may add fields.
 */
export class FieldReader {
  readonly #record: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offset: number;
  #position = 0;
  #end: number;

  /** `record` is used in error texts. `offset`: where `content` begins in the file. */
  constructor(record: string, content: Uint8Array, offset: number) {
    this.#record = record;
    this.#bytes = content;
    this.#view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    this.#offset = offset;
    this.#end = content.length;
  }

  /** Skips a field of `size` bytes. */
  skip(name: string, size: number): void {
    this.#advance(name, size);
  }

  /** Reads a uint8. */
  uint8(name: string): number {
    return this.#view.getUint8(this.#advance(name, 1));
  }

  /** Reads a uint16. */
  uint16(name: string): number {
    return this.#view.getUint16(this.#advance(name, 2), true);
  }

  /** Reads a uint32. */
  uint32(name: string): number {
    return this.#view.getUint32(this.#advance(name, 4), true);
  }

  /** Reads a uint64, such as a time. */
  uint64(name: string): bigint {
    return this.#view.getBigUint64(this.#advance(name, 8), true);
  }

  /** Reads a uint64 that must be a safe integer: a size, an offset or a count. */
  safeUint64(name: string): number {
    const value = readSafeUint64(this.#view, this.#advance(name, 8));
    if (value !== Infinity) return value;
    throw this.#error(`${name} below 2^53`, `${this.#view.getBigUint64(this.#position - 8, true)}`, 8);
  }

  /** Reads a uint32 length and that many bytes of UTF-8. */
  string(name: string): string {
    const start = this.#advance(name, this.uint32(name));
    try {
      return decoder.decode(this.#bytes.subarray(start, this.#position));
    } catch (cause) {
      throw this.#error(`UTF-8 in ${name}`, "other bytes", this.#position - start, cause);
    }
  }

  /** Reads a uint32 length and that many bytes. Returns a view, not a copy. */
  bytes32(name: string): Uint8Array {
    return this.#viewOf(name, this.uint32(name));
  }

  /** Reads a uint64 length and that many bytes. Returns a view, not a copy. */
  bytes64(name: string): Uint8Array {
    return this.#viewOf(name, this.safeUint64(name));
  }

  /** Reads all remaining bytes; there may be none. Returns a view, not a copy. */
  rest(): Uint8Array {
    return this.#viewOf("rest", this.#end - this.#position);
  }

  /** Reads a uint32 byte length and that many bytes of entries of `entrySize` bytes. Calls `read` for each entry. */
  array(name: string, entrySize: number, read: () => void): void {
    const length = this.uint32(name);
    if (length % entrySize !== 0) throw this.#error(`${name} with a multiple of ${entrySize} bytes`, `${length}`, 4);
    this.#within(name, length, read);
  }

  /** Reads a map of texts. */
  stringMap(name: string): Map<string, string> {
    const map = new Map<string, string>();
    this.#within(name, this.uint32(name), () => {
      const start = this.#position;
      const key = this.string(`a key of ${name}`);
      if (map.has(key)) throw this.#duplicate(name, JSON.stringify(key), start);
      map.set(key, this.string(`a value of ${name}`));
    });
    return map;
  }

  /** Reads a map from channel ids to safe integers. */
  channelMap(name: string): Map<number, number> {
    const map = new Map<number, number>();
    this.array(name, 10, () => {
      const start = this.#position;
      const key = this.uint16(name);
      if (map.has(key)) throw this.#duplicate(name, String(key), start);
      map.set(key, this.safeUint64(`a value of ${name}`));
    });
    return map;
  }

  /** Calls `read` until the next `length` bytes are read. It cannot read beyond them. */
  #within(name: string, length: number, read: () => void): void {
    const outer = this.#end;
    const start = this.#advance(name, length);
    this.#end = this.#position;
    this.#position = start;
    while (this.#position < this.#end) read();
    this.#end = outer;
  }

  #viewOf(name: string, length: number): Uint8Array {
    const start = this.#advance(name, length);
    // subarray() of Node's Buffer returns a Buffer.
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
  }

  /** Moves the cursor, and checks the bounds for all methods. Returns where the next `size` bytes begin. */
  #advance(name: string, size: number): number {
    const start = this.#position;
    if (size > this.#end - start) throw this.#error(`${size} bytes of ${name}`, `${this.#end - start} bytes`, 0);
    this.#position = start + size;
    return start;
  }

  #duplicate(name: string, key: string, start: number): McapError {
    return this.#error(`each key of ${name} once`, `${key} again`, this.#position - start);
  }

  /** Returns an error for the place `back` bytes before the cursor. */
  #error(expected: string, found: string, back: number, cause?: unknown): McapError {
    const offset = this.#offset + this.#position - back;
    return new McapError(`${expected} in ${this.#record}`, found, offset, cause === undefined ? {} : { cause });
  }
}
