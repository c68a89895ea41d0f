// The cursor that puts a binary frame together.

import { checkUint32, checkUint64, unwritable } from "./wire_types.ts";

const encoder = new TextEncoder();

/**
 * Writes little-endian fields one after the other, into a buffer that grows when `capacity` was too low.
 *
 * The fields have names for the error texts: a number that does not fit is a `RangeError`, a value of the wrong kind
 * a `TypeError`.
 */
export class ByteWriter {
  readonly #op: string;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** `op` is for error texts. */
  constructor(op: string, capacity: number) {
    this.#op = op;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Opcodes and the like: the caller sees to it that `value` fits. */
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
    if (!Number.isFinite(value)) throw new TypeError(unwritable(this.#op, name, "a finite number"));
    if (!Number.isFinite(Math.fround(value))) {
      throw new RangeError(unwritable(this.#op, name, "within the range of a float32"));
    }
    const start = this.#advance(4);
    this.#view.setFloat32(start, value, true);
  }

  /** A uint8, 0 or 1. */
  boolean(name: string, value: boolean): void {
    if (typeof value !== "boolean") throw new TypeError(unwritable(this.#op, name, "a boolean"));
    this.uint8(value ? 1 : 0);
  }

  /** A uint8 that counts through `choices`. */
  choice<T extends string>(name: string, choices: readonly T[], value: T): void {
    const index = choices.indexOf(value);
    if (index < 0) {
      throw new TypeError(unwritable(this.#op, name, `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`));
    }
    this.uint8(index);
  }

  /** A uint32 byte length and as many bytes of UTF-8; half a surrogate pair becomes U+FFFD. */
  string(name: string, value: string): void {
    if (typeof value !== "string") throw new TypeError(unwritable(this.#op, name, "a string"));
    const bytes = encoder.encode(value);
    this.uint32(name, bytes.length);
    this.bytes(bytes);
  }

  /** The bytes as they are, without their length; they are copied. The caller has checked them. */
  bytes(value: Uint8Array): void {
    const start = this.#advance(value.length);
    this.#bytes.set(value, start);
  }

  /** What was written: a view of the buffer, which may be longer. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * Makes room. Returns where the next `size` bytes begin.
   *
   * Its call stands on a line of its own: it may replace `#bytes` and `#view`, which an expression around the call
   * would have read before.
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
