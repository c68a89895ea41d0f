// The magic bytes at the start and at the end of each file.

import { McapError } from "./mcap_error.ts";

/** `\x89MCAP0\r\n`. The sixth byte is the major version of the format. */
const MAGIC: readonly number[] = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];

/** The number of magic bytes. */
export const MAGIC_LENGTH: number = MAGIC.length;

/** Returns a new array with the magic bytes. */
export function magicBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(MAGIC);
}

/** Whether the magic bytes are in `bytes` from `start` on. */
export function hasMagic(bytes: Uint8Array, start: number): boolean {
  return MAGIC.every((byte, index) => bytes[start + index] === byte);
}

/**
 * Checks that the magic bytes are in `bytes` from `start` on. `offset`: where `bytes` begins in the file.
 *
 * @throws {McapError} If they are not.
 */
export function checkMagic(bytes: Uint8Array, start: number, offset: number): void {
  if (hasMagic(bytes, start)) return;
  const found = bytes.subarray(start, start + MAGIC_LENGTH);
  throw new McapError(`the magic bytes ${hex(MAGIC)}`, hex([...found]) || "the end", offset + start);
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
