// CheckedEncoder: an encoder that looks for mistakes in the first value.

import type { Encoder } from "../codecs/codec.ts";
import { timeNs } from "../time_ns.ts";

/** Encodes the values of one channel or service. */
export class CheckedEncoder<In> {
  readonly #encoder: Encoder<In>;
  #isChecked = false;

  constructor(encoder: Encoder<In>) {
    this.#encoder = encoder;
  }

  /**
   * Returns the payload, which is valid until the next call. Calls `check()` first until a value passes it. `timestamp`
   * is the current time by default.
   *
   * @throws {TypeError} When the value cannot be encoded.
   */
  encode(value: In, timestamp: bigint = timeNs()): Uint8Array | string {
    if (!this.#isChecked) this.#encoder.check?.(value);
    this.#isChecked = true;
    return this.#encoder.encode(value, { timestamp });
  }
}
