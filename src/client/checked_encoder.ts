// CheckedEncoder: an encoder that looks for mistakes in the first value.

import type { Encoder } from "../codecs/codec.ts";
import { timeNs } from "../time_ns.ts";

/** Encodes the values of one channel or service. */
export class CheckedEncoder<In> {
  readonly #encoder: Encoder<In>;
  readonly #action: string;
  #isProven = false;

  /** `action` follows "Cannot" in error texts. */
  constructor(encoder: Encoder<In>, action: string) {
    this.#encoder = encoder;
    this.#action = action;
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
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TypeError(`Cannot ${this.#action}: ${why}`, { cause });
    }
  }
}
