// What the wire's numbers and bytes may be, and the refusal of a caller's value that is something else.

/** Completes "must be". */
export const UINT32_RULE = "an integer of 0 to 4294967295";
/** Completes "must be". */
export const UINT64_RULE = "a bigint of 0 to 18446744073709551615";

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** Whether `value` fits a uint32. */
export function isUint32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value;
}

/** Whether `value` fits a uint64. */
export function isUint64(value: unknown): value is bigint {
  return typeof value === "bigint" && value >= 0n && value <= UINT64_MAX;
}

// `instanceof` is quick, but knows only its own realm's, which under some test runners not even TextEncoder's are: then by tag.

/** Whether `value` is a `Uint8Array`. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** Whether `value` is an `ArrayBuffer`. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** Throws unless `value` may be written as the uint32 `name` of message `op`. */
export function checkUint32(op: string, name: string, value: unknown): void {
  if (!isUint32(value)) {
    const text = unwritable(op, name, UINT32_RULE);
    throw typeof value === "number" ? new RangeError(text) : new TypeError(text);
  }
}

/** Throws unless `value` may be written as the uint64 `name` of message `op`. */
export function checkUint64(op: string, name: string, value: unknown): void {
  if (!isUint64(value)) {
    const text = unwritable(op, name, UINT64_RULE);
    throw typeof value === "bigint" ? new RangeError(text) : new TypeError(text);
  }
}

/** Throws unless `value` may be written as the bytes `name` of message `op`. */
export function checkBytes(op: string, name: string, value: unknown): void {
  if (!isUint8Array(value)) throw new TypeError(unwritable(op, name, "a Uint8Array"));
}

/** The text of the error about a caller's value. */
export function unwritable(op: string, name: string, rule: string): string {
  return `Cannot write "${op}": ${name} must be ${rule}`;
}
