// parseJson(): the value of JSON text.

import { mayContainLongInteger, parseExactly } from "../protocol/json_numbers.ts";

/**
 * Like `JSON.parse()`, but an integer that a number cannot represent exactly becomes a bigint.
 *
 * @throws {SyntaxError} If the text is not JSON.
 */
export function parseJson(text: string): unknown {
  return mayContainLongInteger(text) ? parseExactly(text) : JSON.parse(text);
}
