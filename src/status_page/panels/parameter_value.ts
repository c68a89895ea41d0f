// ParameterControl: which control edits a parameter, and the conversion between its text and the value.

import type { Parameter, ParameterType, ParameterValue } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { isLongInteger, parseExactly, stringifyExactly } from "../../protocol/json_numbers.ts";
import type { ParameterRangeJson } from "../../server/status/plain_json.ts";

/** The control for a value. A slider also has a number field. */
export type ParameterControl = "switch" | "select" | "slider" | "number" | "integer" | "text" | "json";

/** A list with more options is hard to use, and a hostile server could send millions. */
const MAX_OPTIONS = 200;

/** Chooses the control for a parameter. `range` says which values the server accepts, if that is known. */
export function controlFor({ value, type }: Parameter, range: ParameterRangeJson = {}): ParameterControl {
  if (typeof value === "boolean") return "switch";
  if (typeof value === "object") return "json";
  if (range.oneOf && range.oneOf.length > 0 && range.oneOf.length <= MAX_OPTIONS) return "select";
  // A number field cannot show all digits.
  if (typeof value === "bigint" || type !== "float64" && isLongInteger(value)) return "integer";
  if (typeof value === "string") return "text";
  const { min, max } = range;
  return isFiniteNumber(min) && isFiniteNumber(max) && min < max ? "slider" : "number";
}

/** Returns the text of a value, as its control shows it. `JSON` has two spaces for each level. */
export function textOfValue(value: ParameterValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  // Arrays of numbers are read and edited more easily in one line.
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return `[${value.map(stringifyExactly).join(", ")}]`;
  }
  if (containsLongInteger(value)) return stringifyExactly(value);
  return typeof value === "object" ? JSON.stringify(value, undefined, 2) : String(value);
}

/**
 * Reads the text of a control. `previous` is the value that is edited: text of a `select` becomes a value of its kind.
 *
 * @throws {TypeError} When the text is not a value of this kind. The text of the error is for the user.
 */
export function parseValue(control: ParameterControl, text: string, previous: ParameterValue): ParameterValue {
  if (control === "json") return parseJson(text);
  if (typeof previous === "string") return text;
  if (typeof previous === "boolean") return text === "true";
  const trimmed = text.trim();
  if (control === "integer") {
    if (!/^-?\d{1,20}$/.test(trimmed)) throw new TypeError("Not an integer");
    return BigInt(trimmed);
  }
  const number = Number(trimmed);
  if (trimmed === "" || !Number.isFinite(number)) throw new TypeError("Not a number");
  return number;
}

/** Returns the parameter with another value. Its type stays. */
export function withValue(name: string, value: ParameterValue, type: ParameterType | undefined): Parameter {
  return type === undefined ? { name, value } : { name, value, type };
}

/** Whether two values have the same content. */
export function isSameValue(a: ParameterValue | undefined, b: ParameterValue | undefined): boolean {
  return a === b || a !== undefined && b !== undefined && typeof a === typeof b &&
      stringifyExactly(a) === stringifyExactly(b);
}

function parseJson(text: string): ParameterValue {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw new TypeError(`Not JSON: ${textOf(error)}`);
  }
  if (typeof value !== "object" || value === null) throw new TypeError("Not an array or an object");
  return value as ParameterValue;
}

function containsLongInteger(value: ParameterValue): boolean {
  if (typeof value !== "object") return isLongInteger(value);
  return Object.values(value).some((member) => containsLongInteger(member as ParameterValue));
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
