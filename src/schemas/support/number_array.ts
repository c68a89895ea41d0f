// NumberArray: the arrays that may be written as lists of numbers.

import { bytesOf } from "../../protocol/bytes.ts";

/**
 * Numbers to be written: an array or a typed array. The fastest are `Float64Array` for lists of float64, and
 * `Uint32Array` for lists of uint32. Lists that were read are arrays.
 */
export type NumberArray =
  | readonly number[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** Whether a value is one, and a typed array still has its memory. Does not check the items of arrays. */
export function isNumberArray(value: unknown): value is ArrayLike<number> {
  if (Array.isArray(value)) return true;
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return false;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return false;
  return (value as Uint8Array).length > 0 || bytesOf(value) !== undefined;
}
