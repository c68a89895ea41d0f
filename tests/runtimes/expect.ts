// Assertions of cases, for every runtime.

import { toText } from "./text.ts";

/** How many characters of a value an error shows. */
const SHOWN_CHARS = 500;

/** @throws {Error} When the values differ, including bigints and bytes. An undefined member counts as absent. */
export function expectEqual(actual: unknown, expected: unknown): void {
  const [actualText, expectedText] = [toText(actual), toText(expected)];
  if (actualText === expectedText) return;
  throw new Error(`Expected ${expectedText.slice(0, SHOWN_CHARS)}, got ${actualText.slice(0, SHOWN_CHARS)}`);
}

/** @throws {Error} When `text` does not contain `part`. */
export function expectIncludes(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`Expected "${part}" within "${text}"`);
}

/** Returns the error that `attempt` throws or rejects with. Throws if the error has another name than `name`. */
export async function expectError<E extends Error = Error>(
  name: E["name"],
  attempt: PromiseLike<unknown> | (() => unknown),
): Promise<E> {
  let result: unknown;
  try {
    result = await (typeof attempt === "function" ? attempt() : attempt);
  } catch (error) {
    const { name: actual = String(error) } = error as Error;
    if (actual !== name) throw new Error(`Expected ${name}, got ${actual}`, { cause: error });
    return error as E;
  }
  throw new Error(`Expected ${name}, got ${toText(result)}`);
}
