// EncodeInto: encodes a value into memory of the caller, so that the server sends it without a copy.

import type { EncodeContext, Encoder } from "./codec.ts";

/** Memory for a payload. */
export interface PayloadTarget {
  /** The memory. The encoder replaces it by a larger copy if the payload does not fit. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes are used. The payload is written behind them. */
  length: number;
}

/** Writes the payload of a message behind the used bytes of `target`. Throws like `Encoder.encode()`. */
export type EncodeInto<In> = (value: In, context: EncodeContext, target: PayloadTarget) => void;

/** By the function `encode()`: encoders are plain data, and programs may replace their `encode()`. */
const byEncode: WeakMap<Encoder<never>["encode"], EncodeInto<never>> = new WeakMap();

/** Sets the function that does the same as `encode`, but writes into memory of its caller. */
export function setEncodeInto<In>(encode: Encoder<In>["encode"], encodeInto: EncodeInto<In>): void {
  byEncode.set(encode, encodeInto);
}

/** Returns the function that was set for the `encode()` of an encoder. */
export function encodeIntoOf<In>({ encode }: Pick<Encoder<In>, "encode">): EncodeInto<In> | undefined {
  return byEncode.get(encode) as EncodeInto<In> | undefined;
}
