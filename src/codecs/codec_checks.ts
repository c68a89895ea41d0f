// Checks of the codecs that a program passes, so that a mistake names the method and not the protocol's fields.

import { kindOf } from "../protocol/bytes.ts";

const RULE = "a codec, such as json()";

/** @throws {TypeError} If `codec` cannot decode. `cannot`: the beginning of the error text. */
export function checkDecoder(cannot: string, codec: unknown): void {
  check(cannot, codec, "decode");
}

/** @throws {TypeError} If `codec` cannot encode. `cannot`: the beginning of the error text. */
export function checkEncoder(cannot: string, codec: unknown): void {
  check(cannot, codec, "encode");
}

function check(cannot: string, codec: unknown, method: "decode" | "encode"): void {
  const { encoding, [method]: own } = (codec ?? {}) as { encoding?: unknown; decode?: unknown; encode?: unknown };
  if (typeof encoding === "string" && typeof own === "function") return;
  const actual = typeof codec === "object" && codec !== null
    ? `an object without "encoding" or ${method}()`
    : kindOf(codec);
  throw new TypeError(`${cannot}: it requires ${RULE}, not ${actual}`);
}
