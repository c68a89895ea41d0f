// Values as text: what cases and their robot tell one another, and how cases compare values. Nothing but the web platform.

import { decodeBase64, encodeBase64 } from "../../src/protocol/schema.ts";

/** A value as JSON with bigints and bytes. Members are in alphabetical order, so that equal values have equal texts. */
export function toText(value: unknown): string {
  return JSON.stringify(value ?? null, (_name, value) => {
    if (typeof value === "bigint") return { $bigint: String(value) };
    if (value instanceof Uint8Array) return { $bytes: encodeBase64(value) };
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1));
  });
}

/** The value that {@linkcode toText} was given; what was absent is `null`. */
export function fromText(text: string): unknown {
  return JSON.parse(text, (_name, value) => {
    if (typeof value?.$bigint === "string") return BigInt(value.$bigint);
    if (typeof value?.$bytes === "string") return decodeBase64(value.$bytes);
    return value;
  });
}

/** So many bytes, no two blocks of 256 alike. */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => index ^ (index >> 8) ^ (index >> 16));
}
