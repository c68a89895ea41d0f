// Numbers that JSON.parse() or JSON.stringify() change or reject: integers beyond 2^53, NaN and infinities.

import { endOfString } from "./measure_json.ts";

/** The start of a string, a JSON number, or a number that is not JSON but that Python writes. */
const TOKEN = /"|NaN|-?(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;
const LONG_INTEGER = /^-?\d{16,}$/;
/** Longer integers are truncated. They are out of range anyway, and `BigInt()` takes seconds for millions of digits. */
const MAX_DIGITS = 400;

/**
 * Whether JSON text has 16 digits where a number may begin. Fewer digits are always exact. The digits may be in a
 * string.
 */
export function mayContainLongInteger(text: string): boolean {
  // One pattern for both takes 1.4 to 18 times as long.
  return /^\d{16}/.test(text) || /[[:,\s-]\d{16}/.test(text);
}

/** Whether text may contain NaN or an infinity. The match may be in a string. */
export function mayContainNonFinite(text: string): boolean {
  return /NaN|Infinity/.test(text);
}

/**
 * Like `JSON.parse()`, but an integer that a number cannot represent exactly becomes a bigint, and `NaN`, `Infinity`
 * and `-Infinity` are read as numbers.
 *
 * Takes 1.5 to 6 times as long as `JSON.parse()` if there are few such integers, and up to 20 times if there are only
 * such integers.
 *
 * @throws {SyntaxError} If the text is not JSON, apart from these numbers.
 */
export function parseExactly(text: string): unknown {
  // These numbers are parsed as strings that begin with the mark. The mark is random, so other strings do not begin
  // with it.
  const mark = `${Math.random()}:`;
  const root: [unknown] = [JSON.parse(markNumbers(text, mark))];
  restoreNumbers(root, mark);
  return root[0];
}

/**
 * Like `JSON.stringify()`, but writes all digits of large integers, and also writes bigints. `JSON.stringify(2 ** 60)`
 * rounds the digits, so the text is another integer.
 */
export function stringifyExactly(value: unknown): string {
  if (isLongInteger(value)) return String(BigInt(value));
  if (Array.isArray(value)) return `[${value.map(stringifyExactly).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${stringifyExactly(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * Whether a value needs {@linkcode stringifyExactly}. Numbers from 1e21 do not, because they are written with an
 * exponent.
 */
export function isLongInteger(value: unknown): value is number | bigint {
  if (typeof value === "bigint") return true;
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value as number) < 1e21;
}

/** Replaces the numbers that JSON.parse() may change or reject by strings that begin with the mark. */
function markNumbers(text: string, mark: string): string {
  let result = "";
  let done = 0;
  TOKEN.lastIndex = 0;
  for (let match; (match = TOKEN.exec(text));) {
    const [token] = match;
    if (token === '"') TOKEN.lastIndex = endOfString(text, match.index) + 1;
    else if (mayChange(token) && !isName(text, TOKEN.lastIndex)) {
      result += `${text.slice(done, match.index)}"${mark}${token}"`;
      done = TOKEN.lastIndex;
    }
  }
  return result + text.slice(done);
}

/** Whether JSON.parse() may change the number, or rejects it. */
function mayChange(token: string): boolean {
  return token.length < 16 ? /[NI]/.test(token) : LONG_INTEGER.test(token);
}

/**
 * Whether the token that ends at `end` is the name of a member. A number as a name is not JSON, and a mark would turn
 * it into JSON.
 */
function isName(text: string, end: number): boolean {
  while (text.charCodeAt(end) <= 0x20) end += 1;
  return text[end] === ":";
}

/** Replaces the marked strings with their numbers. Not recursive, because deep nesting could exhaust the stack. */
function restoreNumbers(root: object, mark: string): void {
  const containers = [root];
  const restore = (container: Record<PropertyKey, unknown>, key: PropertyKey) => {
    const value = container[key];
    if (typeof value === "object" && value !== null) containers.push(value);
    // This assignment also works for `__proto__`, because JSON.parse() creates it as an own member.
    else if (typeof value === "string" && value.startsWith(mark)) container[key] = numberOf(value.slice(mark.length));
  };
  for (let container = containers.pop(); container; container = containers.pop()) {
    const entries = container as Record<PropertyKey, unknown>;
    if (Array.isArray(container)) { for (let index = 0; index < container.length; index++) restore(entries, index); }
    else for (const name of Object.keys(container)) restore(entries, name);
  }
}

function numberOf(token: string): number | bigint {
  const number = Number(token);
  if (!LONG_INTEGER.test(token)) return number;
  const integer = BigInt(token.slice(0, MAX_DIGITS));
  return Number.isFinite(number) && BigInt(number) === integer ? number : integer;
}
