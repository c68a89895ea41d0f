// Values of parameters: their types, their limits, and how they are read.

import { isObject } from "./json_object.ts";
import { INT64_MIN, UINT64_MAX } from "./int64_limits.ts";
import { type FieldType, type JsonFields, STRING } from "./json_fields.ts";
import { isBase64 } from "./base64.ts";

/**
 * The value of a parameter: a JSON value without `null`.
 *
 * - An integer that a `number` cannot represent exactly is a `bigint`, from -2^63 to 2^64 - 1. Integers up to 2^53
 *   arrive as a `number`, even if they were sent as a `bigint`.
 * - NaN and infinities are allowed, but JSON does not have them. In an array of numbers, a server sends them as `null`,
 *   which is read as NaN. Elsewhere it leaves them out: a parameter that is NaN is not sent. Clients cannot set them.
 */
export type ParameterValue =
  | number
  | bigint
  | boolean
  | string
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/**
 * A type that JSON cannot express: bytes as base64 text, or floats, even if they look like integers. Numbers of the
 * float types are never a `bigint`.
 */
export type ParameterType = "byte_array" | "float64" | "float64_array";

/** Arrays and objects that are nested deeper are rejected, before they can overflow the stack. */
export const MAX_DEPTH = 100;

/** The rule for values, as error texts state it after "must be". */
export const VALUE_RULE = "made of finite numbers, booleans, strings, arrays and plain objects";
/** The rule for integers, as error texts state it after "must be". */
export const INTEGER_RULE = "made of integers from -9223372036854775808 to 18446744073709551615";

/** The check for the values of each type. */
const VALUE_CHECKS: Readonly<Record<ParameterType, FieldType<ParameterValue>>> = {
  byte_array: { is: (value): value is string => STRING.is(value) && isBase64(value), rule: "base64" },
  float64: { is: (value) => typeof value === "number", rule: "a number" },
  float64_array: {
    is: (value): value is number[] => Array.isArray(value) && value.every((item) => typeof item === "number"),
    rule: "an array of numbers",
  },
};

/** Whether an integer fits an int64 or a uint64, because servers in other languages use these types. */
export function isInRange(integer: bigint): boolean {
  return integer >= INT64_MIN && integer <= UINT64_MAX;
}

/** Whether `value` is a number or a bigint. An array counts as an array of numbers if this is true for each item. */
export function isNumeric(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/**
 * Reads the type. If a peer sends an unknown type, the parameter has none, because a later version of the protocol may
 * define it.
 */
export function readParameterType(fields: JsonFields<"type">): ParameterType | undefined {
  const type = fields.optional("type", STRING);
  if (type === undefined || Object.hasOwn(VALUE_CHECKS, type)) return type as ParameterType | undefined;
  if (fields.mode === "write") throw fields.error("type", 'absent or one of "byte_array", "float64", "float64_array"');
  return undefined;
}

/**
 * Reads the value, which may be absent. If `fromServer` is true, a server reports the value, so it may be NaN.
 * Otherwise a client sets it.
 */
export function readParameterValue(
  fields: JsonFields<"value">,
  type: ParameterType | undefined,
  fromServer: boolean,
): ParameterValue | undefined {
  const raw = fields.raw("value");
  if (raw === undefined) return undefined;
  const isFloat = type === "float64" || type === "float64_array";
  const value = readValue(isFloat ? toFloats(raw) : raw, fields, 0, fromServer);
  checkParameterType(value, type, fields);
  return value;
}

/** Throws unless `value` matches its type. */
export function checkParameterType(value: unknown, type: ParameterType | undefined, fields: JsonFields<"value">): void {
  if (type === undefined || VALUE_CHECKS[type].is(value)) return;
  throw fields.error("value", `${VALUE_CHECKS[type].rule} for type "${type}"`);
}

/** Converts bigints to numbers, because a peer may send a float with all digits of a large integer. */
function toFloats(value: unknown): unknown {
  const toFloat = (item: unknown) => typeof item === "bigint" ? Number(item) : item;
  return Array.isArray(value) ? value.map(toFloat) : toFloat(value);
}

/** Checks and copies a value. Members that are `null` count as absent and are left out. */
function readValue(value: unknown, fields: JsonFields<"value">, depth: number, fromServer: boolean): ParameterValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && (fromServer || Number.isFinite(value))) return value;
  if (typeof value === "bigint") {
    if (isInRange(value)) return value;
    throw fields.error("value", INTEGER_RULE);
  }
  if (depth === MAX_DEPTH) throw fields.error("value", `nested at most ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return readItems(value, fields, depth, fromServer);
  if (!isObject(value)) throw fields.error("value", VALUE_RULE);
  const members: Record<string, ParameterValue> = {};
  // Loops, because a message may contain 200,000 values: map() and Object.entries() take three times as long.
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== null) addMember(members, name, readValue(member, fields, depth + 1, fromServer));
  }
  return members;
}

/** If a server reports the value, `null` in an array of numbers means NaN. All other `null` items are rejected. */
function readItems(
  value: readonly unknown[],
  fields: JsonFields<"value">,
  depth: number,
  fromServer: boolean,
): ParameterValue[] {
  const hasNaN = fromServer && value.includes(null) && value.every((item) => item === null || isNumeric(item));
  const items: ParameterValue[] = [];
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    items.push(hasNaN && item === null ? NaN : readValue(item, fields, depth + 1, fromServer));
  }
  return items;
}

/** Adds a member. Works for all names, also for `__proto__`. */
export function addMember(members: Record<string, ParameterValue>, name: string, value: ParameterValue): void {
  if (name === "__proto__") {
    // An assignment would set the prototype.
    Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    members[name] = value;
  }
}
