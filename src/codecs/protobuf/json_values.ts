// Conversions of values from JSON, for types that JSON does not have.

import { decodeBase64, isBase64 } from "../../protocol/base64.ts";
import { InvalidValue } from "./faults.ts";

const DECIMAL = /^-?\d{1,20}$/;
/** A date and time with an optional fraction of a second, and its offset from UTC. */
const ISO_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i;
/** Seconds with an optional fraction. */
const SECONDS = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Converts a number, or the text `NaN`, `Infinity` or `-Infinity`. */
export function jsonToDouble(value: unknown): number {
  if (typeof value === "number") return value;
  // Integers that a number cannot represent exactly are bigints here.
  if (typeof value === "bigint") return Number(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw InvalidValue.of("a number", value);
}

/** Converts a number or decimal text to an integer from `min` to `max`. */
export function jsonToInteger(value: unknown, min: number, max: number): number {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number + 0;
  throw InvalidValue.of(`an integer from ${min} to ${max}`, value);
}

/** Converts a number or decimal text to an integer from `min` to `max`. */
export function jsonToLong(value: unknown, min: bigint, max: bigint): bigint {
  const isNumber = Number.isInteger(value) || typeof value === "bigint";
  const isText = typeof value === "string" && DECIMAL.test(value);
  const long = isNumber || isText ? BigInt(value as number | bigint | string) : undefined;
  if (long !== undefined && long >= min && long <= max) return long;
  throw InvalidValue.of(`an integer from ${min} to ${max}, as a number or text`, value);
}

/** Converts base64 text, in the standard or the URL alphabet, with or without padding. */
export function jsonToBytes(value: unknown): Uint8Array {
  if (typeof value === "string") {
    const digits = value.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
    const text = digits.padEnd(Math.ceil(digits.length / 4) * 4, "=");
    if (isBase64(text)) return decodeBase64(text);
  }
  throw InvalidValue.of("base64 text", value);
}

/** Converts ISO text, `{ sec, nsec }` or `{ seconds, nanos }` to nanoseconds. */
export function jsonToTimestamp(value: unknown): bigint {
  const [, dateTime, fraction, offset] = typeof value === "string" ? ISO_TIME.exec(value) ?? [] : [];
  const ms = dateTime === undefined ? NaN : Date.parse(`${dateTime}${offset}`.toUpperCase());
  if (!Number.isNaN(ms)) return BigInt(ms) * 1_000_000n + nanosOf(fraction);
  return jsonToTime(value) ?? fail("a time, such as { sec, nsec } or ISO text", value);
}

/** Converts `{ sec, nsec }`, `{ seconds, nanos }` or text such as `1.5s` to nanoseconds. */
export function jsonToDuration(value: unknown): bigint {
  const [, sign, seconds, fraction] = typeof value === "string" ? SECONDS.exec(value) ?? [] : [];
  if (seconds !== undefined) {
    const ns = BigInt(seconds) * NANOS_PER_SECOND + nanosOf(fraction);
    return sign === "-" ? -ns : ns;
  }
  return jsonToTime(value) ?? fail('a duration, such as { sec, nsec } or "1.5s"', value);
}

function jsonToTime(value: unknown): bigint | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { sec, nsec, seconds = sec, nanos = nsec } = value as Record<string, unknown>;
  if (seconds === undefined && nanos === undefined) return undefined;
  return withName("seconds", () => jsonToLong(seconds ?? 0, -(2n ** 63n), 2n ** 63n - 1n)) * NANOS_PER_SECOND +
    BigInt(withName("nanos", () => jsonToInteger(nanos ?? 0, -(2 ** 31), 2 ** 31 - 1)));
}

function withName<T>(name: string, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (error instanceof InvalidValue) error.addName(name);
    throw error;
  }
}

/** The nanoseconds of a decimal fraction. */
function nanosOf(fraction: string | undefined): bigint {
  return BigInt((fraction ?? "").padEnd(9, "0"));
}

function fail(rule: string, value: unknown): never {
  throw InvalidValue.of(rule, value);
}
