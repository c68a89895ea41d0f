// Expectations of cases, for any runtime.

import { toText } from "./text.ts";

/** How much of a value an error shows. */
const SHOWN_CHARS = 500;

/** @throws {Error} When the two are not the same, bigints and bytes included. A member that is undefined is one that is absent. */
export function equal(actual: unknown, expected: unknown): void {
  const [is, should] = [toText(actual), toText(expected)];
  if (is !== should) throw new Error(`Expected ${should.slice(0, SHOWN_CHARS)}, got ${is.slice(0, SHOWN_CHARS)}`);
}

/** @throws {Error} When `text` does not contain `part`. */
export function includes(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`Expected "${part}" within "${text}"`);
}

/** The error that `attempt` rejects with, or throws; it must be called `name`. */
export async function failure<E extends Error = Error>(
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
