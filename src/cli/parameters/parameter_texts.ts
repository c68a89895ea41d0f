// The texts of parameters: their values and types for people, and the values that users write.

import type { Parameter, ParameterType, ParameterValue } from "../../client/mod.ts";
import { toJson } from "../output.ts";
import { parseJson } from "../parse_json.ts";

/** Returns the value as JSON, or `not set`. NaN and infinities, which JSON does not have, are `NaN` or `null`. */
export function valueText({ value }: Parameter): string {
  if (value === undefined) return "not set";
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : toJson(value);
}

/** Returns the declared type, or the kind of the value. */
export function typeText({ type, value }: Parameter): string {
  if (type !== undefined) return type;
  if (value === undefined) return "-";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" || typeof value === "bigint") {
    return typeof value === "bigint" || Number.isInteger(value) ? "integer" : "float64";
  }
  return typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "object";
}

/** Returns what `--json` prints of a parameter. */
export function jsonOf({ name, value, type }: Parameter): object {
  return { name, ...(value !== undefined && { value }), ...(type !== undefined && { type }) };
}

/**
 * Reads a value that a user has written: JSON, or text without quotes. `null` removes the parameter. A parameter that
 * has text keeps text: for it, `5` is not a number. The type of a parameter does not change.
 */
export function readValue(name: string, text: string, current: Parameter | undefined): Parameter {
  const type = current?.type;
  const json = parse(text);
  if (json === null) return { name };
  const isText = typeof current?.value === "string";
  const value = json === undefined || isText && typeof json !== "string" ? text : json;
  return { name, value, ...(type !== undefined && fits(type, value) && { type }) };
}

/** Returns the value of JSON text, or `undefined` if the text is not JSON. */
function parse(text: string): ParameterValue | null | undefined {
  try {
    return parseJson(text) as ParameterValue | null;
  } catch {
    return undefined;
  }
}

/** Whether a value may be sent with this type. The server explains the mistake if it may not. */
function fits(type: ParameterType, value: ParameterValue): boolean {
  if (type === "byte_array") return typeof value === "string";
  return type === "float64" ? typeof value === "number" : Array.isArray(value);
}
