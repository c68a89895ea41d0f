// ByteReader: a cursor that reads the fields of a binary frame.

import { ProtocolError, type ProtocolErrorCode } from "./protocol_error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads little-endian fields one after the other. Missing or malformed fields throw a {@linkcode ProtocolError}. */
export class ByteReader {
  readonly #op: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset: number;

  /** `op` is used in error texts. `offset` is where the fields begin, for example after the opcode. */
  constructor(op: string, bytes: Uint8Array, offset: number) {
    this.#op = op;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /**
   * Reads a finite number. NaN and infinities are rejected: they have no meaning here, and `ByteWriter` rejects them
   * too.
   */
  float32(): number {
    const value = this.#view.getFloat32(this.#advance(4), true);
    if (!Number.isFinite(value)) {
      throw this.#error("invalid-field", `the number at byte ${this.#offset - 4} is ${value}`);
    }
    return value;
  }

  /** Reads a uint8 that is an index into `choices`. Any other value is an error with the code `code`. */
  choice<T extends string>(choices: readonly T[], code: ProtocolErrorCode): T {
    const index = this.uint8();
    const chosen = choices[index];
    if (chosen === undefined) {
      throw this.#error(code, `byte ${this.#offset - 1} is ${index}, but the maximum is ${choices.length - 1}`);
    }
    return chosen;
  }

  /** Reads a uint32 byte length and that many bytes of UTF-8. */
  string(): string {
    const length = this.uint32();
    const start = this.#advance(length);
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch (cause) {
      throw this.#error("invalid-utf8", `the text at byte ${start} is not UTF-8`, cause);
    }
  }

  /** Skips a text in the format of {@linkcode string}. It does not have to be valid UTF-8. */
  skipString(): void {
    this.#advance(this.uint32());
  }

  /**
   * Reads all remaining bytes; there may be none. Returns a view of the frame, not a copy: it is valid only as long as
   * the frame is.
   */
  rest(): Uint8Array {
    const { buffer, byteOffset, length } = this.#bytes;
    const left = length - this.#offset;
    // Faster than subarray(), which first looks up which kind of array to create.
    return new Uint8Array(buffer, byteOffset + this.#advance(left), left);
  }

  /**
   * Moves the cursor, and checks the bounds for all methods. Returns the offset at which the next `size` bytes begin.
   */
  #advance(size: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (size > left) {
      throw this.#error("truncated", `${size} bytes expected at byte ${start}, but only ${left} are left`);
    }
    this.#offset += size;
    return start;
  }

  #error(code: ProtocolErrorCode, text: string, cause?: unknown): ProtocolError {
    return new ProtocolError(code, `Cannot read "${this.#op}": ${text}`, cause === undefined ? {} : { cause });
  }
}
