// Values as text: cases exchange them with their server driver and compare them. Uses only the web platform.

import { decodeBase64, encodeBase64 } from "../../src/protocol/base64.ts";

/** Converts a value to JSON, including bigints and bytes. Members are sorted, so that equal values have equal texts. */
export function toText(value: unknown): string {
  return JSON.stringify(value ?? null, (_name, value) => {
    if (typeof value === "bigint") return { $bigint: String(value) };
    if (value instanceof Uint8Array) return { $bytes: encodeBase64(value) };
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1));
  });
}

/** Returns the value that was passed to {@linkcode toText}. An `undefined` value becomes `null`. */
export function fromText(text: string): unknown {
  return JSON.parse(text, (_name, value) => {
    if (typeof value?.$bigint === "string") return BigInt(value.$bigint);
    if (typeof value?.$bytes === "string") return decodeBase64(value.$bytes);
    return value;
  });
}

/** Returns `size` bytes in which all blocks of 256 differ. */
export function testBytes(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => index ^ (index >> 8) ^ (index >> 16));
}
