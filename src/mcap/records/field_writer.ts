// FieldWriter: writes the fields of a record, and checks them.

import type { ByteSource } from "../../protocol/bytes.ts";
import { checkBytes, checkUint32, checkUint64 } from "../../protocol/wire_types.ts";
import { writeError } from "../../protocol/write_error.ts";
import type { ByteBuilder } from "./byte_builder.ts";
import { checkSafeUint64, checkUint16 } from "./checks.ts";
import { writeSafeUint64 } from "./uint64.ts";

const encoder = new TextEncoder();

/**
 * Writes a record: its opcode, its length, and the fields that `write` writes. Returns the size of the whole record, in
 * bytes. `record` is its name for error texts.
 *
 * @throws {TypeError | RangeError} If a field is invalid. The builder has no part of the record then.
 */
export function writeRecord(
  builder: ByteBuilder,
  opcode: number,
  record: string,
  write: (fields: FieldWriter) => void,
): number {
  const start = builder.length;
  try {
    builder.uint8(opcode);
    builder.safeUint64(0);
    const contentStart = builder.length;
    write(new FieldWriter(builder, record));
    writeSafeUint64(builder.view, start + 1, builder.length - contentStart);
    return builder.length - start;
  } catch (error) {
    builder.truncate(start);
    throw error;
  }
}

/**
 * Writes little-endian fields one after the other. The names of fields are used in error texts. A number that is out of
 * range throws a `RangeError`, and a value of the wrong type a `TypeError`.
 */
export class FieldWriter {
  readonly #builder: ByteBuilder;
  readonly #record: string;

  /** `record` is used in error texts. */
  constructor(builder: ByteBuilder, record: string) {
    this.#builder = builder;
    this.#record = record;
  }

  /** Writes a uint8. */
  uint8(name: string, value: number): void {
    if (typeof value !== "number" || (value & 0xff) !== value) {
      throw writeError(this.#record, name, "an integer from 0 to 255", RangeError);
    }
    this.#builder.uint8(value);
  }

  /** Writes a uint16 of at least `min`. */
  uint16(name: string, value: number, min = 0): void {
    checkUint16(this.#record, name, value, min);
    this.#builder.uint16(value);
  }

  /** Writes a uint32. */
  uint32(name: string, value: number): void {
    checkUint32(this.#record, name, value);
    this.#builder.uint32(value);
  }

  /** Writes a uint64, such as a time. */
  uint64(name: string, value: bigint): void {
    checkUint64(this.#record, name, value);
    this.#builder.uint64(value);
  }

  /** Writes a size, an offset or a count as a uint64. */
  safeUint64(name: string, value: number): void {
    checkSafeUint64(this.#record, name, value);
    this.#builder.safeUint64(value);
  }

  /** Writes a uint32 length and the text as UTF-8. Half a surrogate pair becomes U+FFFD. */
  string(name: string, value: string): void {
    if (typeof value !== "string") throw writeError(this.#record, name, "a string");
    const bytes = encoder.encode(value);
    this.uint32(name, bytes.length);
    this.#builder.bytes(bytes);
  }

  /** Writes a uint32 length and the bytes, which are copied. */
  bytes32(name: string, value: ByteSource): void {
    const bytes = checkBytes(this.#record, name, value);
    if (bytes.length > 0xffff_ffff) throw writeError(this.#record, name, "at most 4 GiB", RangeError);
    this.#builder.uint32(bytes.length);
    this.#builder.bytes(bytes);
  }

  /** Writes a uint64 length and the bytes, which are copied. */
  bytes64(name: string, value: ByteSource): void {
    const bytes = checkBytes(this.#record, name, value);
    this.#builder.safeUint64(bytes.length);
    this.#builder.bytes(bytes);
  }

  /** Writes what `write` writes, with its uint32 byte length before it. */
  array(name: string, write: () => void): void {
    const start = this.#builder.advance(4);
    write();
    const length = this.#builder.length - start - 4;
    if (length > 0xffff_ffff) throw writeError(this.#record, name, "at most 4 GiB", RangeError);
    this.#builder.view.setUint32(start, length, true);
  }

  /** Writes a map of texts. */
  stringMap(name: string, map: ReadonlyMap<string, string>): void {
    this.#checkMap(name, map);
    this.array(name, () => {
      for (const [key, value] of map) {
        this.string(`a key of ${name}`, key);
        this.string(`a value of ${name}`, value);
      }
    });
  }

  /** Writes a map from channel ids to non-negative safe integers. */
  channelMap(name: string, map: ReadonlyMap<number, number>): void {
    this.#checkMap(name, map);
    this.array(name, () => {
      for (const [key, value] of map) {
        this.uint16(`a key of ${name}`, key);
        this.safeUint64(`a value of ${name}`, value);
      }
    });
  }

  #checkMap(name: string, map: unknown): void {
    if (!(map instanceof Map)) throw writeError(this.#record, name, "a Map");
  }
}
