// Utf8Validator: checks the bytes of a text that arrives in parts.

/**
 * Checks UTF-8 (RFC 3629) byte by byte, so that a text is rejected at its first invalid byte, long before its end has
 * arrived. Overlong forms, surrogates and code points above U+10FFFF are invalid.
 *
 * A `TextDecoder` with the option `stream` would produce one string for each part, and parts may have one byte.
 */
export class Utf8Validator {
  /** The continuation bytes that the current character still needs. */
  #missing = 0;
  /** The range of the next continuation byte. Only the first one of a character has limits other than these. */
  #low = 0x80;
  #high = 0xbf;

  /** Prepares for another text. */
  reset(): void {
    this.#missing = 0;
    this.#low = 0x80;
    this.#high = 0xbf;
  }

  /**
   * Checks the next bytes of the text, from `start` to `end`. Returns whether they are valid so far: they may end
   * within a character. After `false`, call `reset()` first.
   */
  accepts(bytes: Uint8Array, start: number, end: number): boolean {
    for (let at = start; at < end;) {
      if (this.#missing > 0) {
        const byte = bytes[at++]!;
        if (byte < this.#low || byte > this.#high) return false;
        this.#low = 0x80;
        this.#high = 0xbf;
        this.#missing -= 1;
        continue;
      }
      while (at < end && bytes[at]! < 0x80) at += 1;
      if (at < end && !this.#begin(bytes[at++]!)) return false;
    }
    return true;
  }

  /** Begins a character of several bytes. Returns whether `byte` may be its first one. */
  #begin(byte: number): boolean {
    // 0xc0 and 0xc1 would be overlong, and 0xf5 would be above U+10FFFF.
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) this.#low = 0xa0;
    else if (byte === 0xed) this.#high = 0x9f;
    else if (byte === 0xf0) this.#low = 0x90;
    else if (byte === 0xf4) this.#high = 0x8f;
    return true;
  }
}
