// Functions that convert the members of messages for `JSON.stringify()`. Generated code calls them.
//
// They throw an `InvalidValue` without a path if a member has not the type of its field.

import { checkInt32, checkUint32, durationNs, timestampNs } from "../../codecs/protobuf/checks.ts";
import { InvalidValue } from "../../codecs/protobuf/faults.ts";
import { splitTimestamp } from "../../codecs/protobuf/time.ts";
import { BYTES_RULE, bytesOf } from "../../protocol/bytes.ts";
import { encodeBase64 } from "../../protocol/base64.ts";
import { isNumberArray } from "./number_array.ts";
import { itemCountFault, listOf } from "./write.ts";

/** A time in JSON. */
export interface JsonTime {
  /** Whole seconds, rounded down. */
  sec: number;
  /** Nanoseconds that are added, from 0 to 999,999,999. */
  nsec: number;
}

/** Converts a number. */
export function jsonDouble(value: number): number {
  // The difference is NaN for infinities too.
  if (typeof value !== "number" || value - value !== 0) throw notFinite(value);
  return value;
}

/** Converts a uint32. */
export function jsonFixed32(value: number): number {
  checkUint32(value);
  return value;
}

/** Converts a value of an enum. */
export function jsonEnum(value: number): number {
  checkInt32(value);
  return value;
}

/** Converts a boolean. */
export function jsonBool(value: boolean): boolean {
  if (typeof value !== "boolean") throw InvalidValue.of("a boolean", value);
  return value;
}

/** Converts a text. */
export function jsonString(value: string): string {
  if (typeof value !== "string") throw InvalidValue.of("a string", value);
  return value;
}

/** Converts bytes to base64. */
export function jsonBytes(value: ArrayBufferLike | ArrayBufferView | undefined): string {
  if (value === undefined || value === null) return "";
  const bytes = bytesOf(value);
  if (!bytes) throw InvalidValue.of(BYTES_RULE, value);
  return encodeBase64(bytes);
}

/** Converts a time. */
export function jsonTimestamp(value: bigint | Date): JsonTime {
  return jsonTime(timestampNs(value));
}

/** Converts a duration. */
export function jsonDuration(value: bigint): JsonTime {
  return jsonTime(durationNs(value));
}

/** Converts a list of messages. */
export function jsonList<T>(
  list: readonly T[] | undefined,
  toJson: (item: T, time: bigint) => object,
  time: bigint,
): object[] {
  const items: object[] = [];
  for (const item of listOf(list)) items.push(toJson(item, time));
  return items;
}

/** Converts a list of numbers. */
export function jsonDoubles(values: ArrayLike<number> | undefined): readonly number[] {
  const numbers = numbersOf(values);
  const { length } = numbers;
  for (let index = 0; index < length; index++) {
    const value = numbers[index] as number;
    // Like jsonDouble(), without a call for each number.
    if (typeof value !== "number" || value - value !== 0) throw notFinite(value);
  }
  return numbers;
}

/** Converts a list of numbers that must have `length` items. An absent list becomes zeros. */
export function jsonFixedDoubles(values: ArrayLike<number> | undefined, length: number): readonly number[] {
  if (values === undefined || values === null) return new Array<number>(length).fill(0);
  if (values.length !== length) throw itemCountFault(length, values);
  return jsonDoubles(values);
}

/** Converts a list of uint32. */
export function jsonFixed32s(values: ArrayLike<number> | undefined): readonly number[] {
  const numbers = numbersOf(values);
  for (let index = 0; index < numbers.length; index++) checkUint32(numbers[index]);
  return numbers;
}

/** Returns an array, because `JSON.stringify()` writes typed arrays as objects. */
function numbersOf(values: ArrayLike<number> | undefined): readonly number[] {
  if (values === undefined || values === null) return [];
  if (!isNumberArray(values)) throw InvalidValue.of("an array", values);
  if (Array.isArray(values)) return values;
  const numbers = new Array<number>(values.length);
  for (let index = 0; index < numbers.length; index++) numbers[index] = values[index] as number;
  return numbers;
}

function jsonTime(ns: bigint): JsonTime {
  const { seconds, nanos } = splitTimestamp(ns);
  const sec = Number(seconds);
  if (Number.isSafeInteger(sec)) return { sec, nsec: nanos };
  throw InvalidValue.of("a time whose seconds are a safe integer", ns);
}

function notFinite(value: unknown): InvalidValue {
  if (typeof value !== "number") return InvalidValue.of("a number", value);
  return new InvalidValue(`must be a finite number in JSON, not ${value}; send 0, or use protobuf`);
}
