// CheckedEncoder: an encoder that looks for mistakes in the first value.

import type { Encoder } from "./codec.ts";
import { textOf } from "../error_text.ts";
import { timeNs } from "../time_ns.ts";

/** Encodes the values of one channel or service. */
export class CheckedEncoder<In> {
  readonly #encoder: Pick<Encoder<In>, "encode" | "check">;
  readonly #action: string;
  #isProven = false;

  /** `action` follows "Cannot" in error texts. */
  constructor(encoder: Pick<Encoder<In>, "encode" | "check">, action: string) {
    this.#encoder = encoder;
    this.#action = action;
  }

  /** Whether a value was encoded and checked. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /**
   * Returns the payload, which is valid until the next call. Calls `check()` first until a value was encoded.
   * `timestamp` is the current time by default.
   *
   * @throws {TypeError} When the value cannot be encoded. The error of the encoder is the `cause`.
   */
  encode(value: In, timestamp: bigint = timeNs()): Uint8Array | string {
    try {
      if (!this.#isProven) this.#encoder.check?.(value);
      const payload = this.#encoder.encode(value, { timestamp });
      this.#isProven = true;
      return payload;
    } catch (cause) {
      throw this.toTypeError(cause);
    }
  }

  /** Returns the error of `encode()` for an error of the encoder. */
  toTypeError(cause: unknown): TypeError {
    return new TypeError(`Cannot ${this.#action}: ${textOf(cause)}`, { cause });
  }
}
