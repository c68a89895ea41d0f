// ByteWriter: a cursor that writes the fields of a binary frame.

import { checkUint32, checkUint64 } from "./wire_types.ts";
import { writeError } from "./write_error.ts";

const encoder = new TextEncoder();

/**
 * Writes little-endian fields one after the other, into a buffer that grows if `capacity` is too low.
 *
 * The field names are used in error texts. A number that is out of range throws a `RangeError`. A value of the wrong
 * type throws a `TypeError`.
 */
export class ByteWriter {
  readonly #op: string;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** `op` is used in error texts. `capacity` is the initial buffer size, in bytes. */
  constructor(op: string, capacity: number) {
    this.#op = op;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Writes a byte, such as an opcode, without a check: the caller ensures that `value` fits. */
  uint8(value: number): void {
    const start = this.#advance(1);
    this.#view.setUint8(start, value);
  }

  uint32(name: string, value: number): void {
    checkUint32(this.#op, name, value);
    const start = this.#advance(4);
    this.#view.setUint32(start, value, true);
  }

  uint64(name: string, value: bigint): void {
    checkUint64(this.#op, name, value);
    const start = this.#advance(8);
    this.#view.setBigUint64(start, value, true);
  }

  float32(name: string, value: number): void {
    if (!Number.isFinite(value)) throw writeError(this.#op, name, "a finite number");
    if (!Number.isFinite(Math.fround(value))) {
      throw writeError(this.#op, name, "within the range of a float32", RangeError);
    }
    const start = this.#advance(4);
    this.#view.setFloat32(start, value, true);
  }

  /** Writes a uint8, 0 or 1. */
  boolean(name: string, value: boolean): void {
    if (typeof value !== "boolean") throw writeError(this.#op, name, "a boolean");
    this.uint8(value ? 1 : 0);
  }

  /** Writes the index of `value` in `choices` as a uint8. */
  choice<T extends string>(name: string, choices: readonly T[], value: T): void {
    const index = choices.indexOf(value);
    if (index < 0) {
      throw writeError(this.#op, name, `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
    }
    this.uint8(index);
  }

  /** Writes a uint32 byte length and the text as UTF-8. Half a surrogate pair becomes U+FFFD. */
  string(name: string, value: string): void {
    if (typeof value !== "string") throw writeError(this.#op, name, "a string");
    const bytes = encoder.encode(value);
    this.uint32(name, bytes.length);
    this.bytes(bytes);
  }

  /** Copies bytes into the frame, without their length. The caller has already checked that `value` has bytes. */
  bytes(value: Uint8Array): void {
    const start = this.#advance(value.length);
    this.#bytes.set(value, start);
  }

  /** Returns the written bytes: a view of the buffer, which may be longer. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * Reserves space. Returns the offset at which the next `size` bytes begin.
   *
   * Call it in a separate statement: it may replace `#bytes` and `#view`, and a surrounding expression would have read
   * the old ones before the call.
   */
  #advance(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
