// Utf8Validator: the first invalid byte of a text.

import { assertEquals } from "@std/assert/equals";
import { Utf8Validator } from "../../src/websocket/utf8_validator.ts";
import { bytes } from "../protocol/hex.ts";

/** Returns the index of the first byte that is rejected, byte by byte, or -1. */
function rejectedAt(text: Uint8Array<ArrayBuffer>): number {
  const validator = new Utf8Validator();
  return text.findIndex((_, index) => !validator.accepts(text, index, index + 1));
}

const INVALID: readonly (readonly [hex: string, rejectedAt: number])[] = [
  ["80", 0],
  ["bf", 0],
  ["c0", 0],
  ["c1", 0],
  ["f5", 0],
  ["ff", 0],
  ["c2 41", 1],
  ["c2 c2", 1],
  ["e0 9f", 1],
  ["ed a0", 1],
  ["f0 8f", 1],
  ["f4 90", 1],
  ["e2 82 41", 2],
  ["f0 9f 98 c0", 3],
  ["ce ba e1 bd b9 cf 83 ce bc ce b5 f4 90 80 80", 12],
];

for (const [hex, index] of INVALID) {
  Deno.test(`Utf8Validator.accepts() rejects ${hex} at byte ${index}`, () => {
    assertEquals(rejectedAt(bytes(hex)), index);
    assertEquals(new Utf8Validator().accepts(bytes(hex), 0, bytes(hex).length), false);
  });
}

Deno.test("Utf8Validator.accepts() agrees with TextDecoder about every start of a character", () => {
  const decoder = () => new TextDecoder("utf-8", { fatal: true });
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const start = Uint8Array.of(first, second);
      let isValid = true;
      try {
        decoder().decode(start, { stream: true });
      } catch {
        isValid = false;
      }
      if (new Utf8Validator().accepts(start, 0, 2) !== isValid) assertEquals(start.toHex(), `valid: ${isValid}`);
    }
  }
});

Deno.test("Utf8Validator.accepts() accepts the first and last code points of each length, and parts of them", () => {
  const text = new TextEncoder().encode("\0\x7f\x80\u07ff\u0800\ud7ff\ue000\ufeff\uffff\u{10000}\u{10ffff}");
  assertEquals(rejectedAt(text), -1);
  for (let split = 0; split <= text.length; split++) {
    const validator = new Utf8Validator();
    assertEquals([validator.accepts(text, 0, split), validator.accepts(text, split, text.length)], [true, true]);
  }
});

Deno.test("Utf8Validator.reset() forgets an incomplete character", () => {
  const validator = new Utf8Validator();
  assertEquals(validator.accepts(bytes("e0"), 0, 1), true);
  validator.reset();
  assertEquals(validator.accepts(bytes("41 c2 80"), 0, 3), true);
});
