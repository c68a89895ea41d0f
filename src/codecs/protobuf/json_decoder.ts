// createJsonDecoder(): decodes messages of a protobuf type from JSON.

import { mayContainLongInteger, mayContainNonFinite, parseExactly } from "../../protocol/json_numbers.ts";
import type { Decoder } from "../codec.ts";
import { InvalidValue } from "./faults.ts";

const utf8 = /* @__PURE__ */ new TextDecoder();

/**
 * Creates a decoder. `name`: the type, for error texts. `fromJson` converts the parsed JSON, in which integers that a
 * number cannot represent are bigints. It may throw an `InvalidValue`.
 */
export function createJsonDecoder<T>(name: string, fromJson: (value: unknown) => unknown): Decoder<T> {
  return {
    encoding: "json",
    decode(bytes) {
      const text = utf8.decode(bytes);
      const isPlain = !mayContainLongInteger(text) && !mayContainNonFinite(text);
      const value: unknown = isPlain ? JSON.parse(text) : parseExactly(text);
      try {
        return fromJson(value) as T;
      } catch (error) {
        throw error instanceof InvalidValue
          ? new Error(`Cannot decode "${name}" from JSON: ${error.describe()}`)
          : error;
      }
    },
  };
}
