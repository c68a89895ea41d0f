// writeParameter(): checks a caller's parameter and writes it as JSON. Reads each of its members once.

import { isObject } from "./json_object.ts";
import { type JsonFields, STRING } from "./json_fields.ts";
import { isLongInteger, stringifyExactly } from "./json_numbers.ts";
import {
  addMember,
  checkParameterType,
  INTEGER_RULE,
  isInRange,
  isNumeric,
  MAX_DEPTH,
  type ParameterValue,
  readParameterType,
  VALUE_RULE,
} from "./parameter_values.ts";
import type { Parameter } from "./parameters.ts";

/**
 * How NaN and infinities are written, because JSON does not have them:
 *
 * - `reject`: they are rejected, like everything else that cannot be sent.
 * - `null`: in an array of numbers they become `null`, as in Foxglove's SDK. Elsewhere they are rejected.
 * - `omit`: in an array of numbers they become `null`. Elsewhere the member of the object, or the whole value, is left
 *   out.
 */
export type NonFinitePolicy = "reject" | "null" | "omit";

/** A parameter that is checked and written once, for all messages that contain it. */
export interface WrittenParameter {
  /** The name of the parameter. */
  readonly name: string;
  /** Whether the parameter has a value. Without one, it counts as removed. */
  readonly exists: boolean;
  /**
   * Whether the JSON has a value. Clients receive only such parameters. A value that is NaN exists, but is not in the
   * JSON.
   */
  readonly isSet: boolean;
  /**
   * How NaN and infinities are written, if the value has any. `omitted` if some become `null` and some are left out.
   */
  readonly nonFinite: "null" | "omitted" | undefined;
  /** The whole parameter as JSON. */
  readonly json: string;
}

/**
 * Checks and writes one parameter.
 *
 * @throws {TypeError | RangeError} If the parameter cannot be sent.
 */
export function writeParameter(fields: JsonFields<keyof Parameter>, policy: NonFinitePolicy): WrittenParameter {
  const name = fields.get("name", STRING);
  const type = readParameterType(fields);
  const raw = fields.raw("value");
  const value = Array.isArray(raw) ? itemsOf(raw) : raw;
  if (value !== undefined) checkParameterType(value, type, fields);
  const copier = new ValueCopier(fields, policy);
  const copy = value === undefined ? undefined : copier.copy(value, 0);
  const parameter = { name, ...(type && { type }), ...(copy !== undefined && { value: copy }) };
  return {
    name,
    exists: value !== undefined,
    isSet: copy !== undefined,
    nonFinite: copier.nonFinite,
    json: copier.hasLongIntegers ? stringifyExactly(parameter) : JSON.stringify(parameter),
  };
}

/** Checks one value, and copies the parts of it that are sent. */
class ValueCopier {
  /** See {@linkcode WrittenParameter.nonFinite}. */
  nonFinite: "null" | "omitted" | undefined;
  /** Whether `JSON.stringify()` would change the copy. */
  hasLongIntegers = false;
  readonly #fields: JsonFields<"value">;
  readonly #policy: NonFinitePolicy;

  constructor(fields: JsonFields<"value">, policy: NonFinitePolicy) {
    this.#fields = fields;
    this.#policy = policy;
  }

  /** Returns the part of the value that is sent, or `undefined` if the whole value must be left out. */
  copy(value: unknown, depth: number): ParameterValue | undefined {
    if (typeof value === "string" || typeof value === "boolean") return value;
    if (isNumeric(value)) return this.#copyNumber(value);
    if (depth === MAX_DEPTH) throw this.#fields.error("value", `nested at most ${MAX_DEPTH} levels deep`);
    if (Array.isArray(value)) return this.#copyItems(itemsOf(value), depth);
    if (isObject(value)) return this.#copyMembers(value, depth);
    throw this.#fields.error("value", VALUE_RULE);
  }

  #copyNumber(value: number | bigint): number | bigint | undefined {
    if (typeof value === "bigint" && !isInRange(value)) throw this.#fields.error("value", INTEGER_RULE, RangeError);
    if (isNonFinite(value)) {
      if (this.#policy !== "omit") throw this.#fields.error("value", VALUE_RULE);
      this.nonFinite = "omitted";
      return undefined;
    }
    this.hasLongIntegers ||= isLongInteger(value);
    return value;
  }

  #copyItems(items: readonly unknown[], depth: number): ParameterValue[] | undefined {
    const copies: ParameterValue[] = [];
    const mayBeNull = this.#policy !== "reject" && items.every(isNumeric);
    for (const item of items) {
      if (mayBeNull && isNonFinite(item)) {
        this.nonFinite ??= "null";
        // JSON.stringify() writes null for it.
        copies.push(NaN);
        continue;
      }
      const copy = this.copy(item, depth + 1);
      if (copy !== undefined) copies.push(copy);
    }
    // If an item is left out, the whole array is, because the other items would get wrong indexes.
    return copies.length === items.length ? copies : undefined;
  }

  #copyMembers(object: Readonly<Record<string, unknown>>, depth: number): ParameterValue {
    const members: Record<string, ParameterValue> = {};
    for (const name of Object.keys(object)) {
      const copy = this.copy(object[name], depth + 1);
      if (copy !== undefined) addMember(members, name, copy);
    }
    return members;
  }
}

function isNonFinite(value: unknown): value is number {
  return typeof value === "number" && !Number.isFinite(value);
}

/** Copies an array, because a caller's array may have getters. Holes become `undefined`. */
function itemsOf(array: readonly unknown[]): unknown[] {
  const items: unknown[] = [];
  for (let index = 0; index < array.length; index++) items.push(array[index]);
  return items;
}
