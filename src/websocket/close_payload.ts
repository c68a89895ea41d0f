// The payload of close frames: how it is written and read.

/** The first and the last code of each range that RFC 6455, section 7.4, and the registry of codes allow in a frame. */
const WIRE_CODES: readonly (readonly [first: number, last: number])[] = [[1000, 1003], [1007, 1014], [3000, 4999]];

const CODE_BYTES = 2;
/** A control frame has at most 125 bytes (RFC 6455, section 5.5). */
const MAX_CONTROL_BYTES = 125;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The content of a close frame, or the reason why it is invalid. */
export type ClosePayload =
  | { type: "valid"; code: number | undefined; reason: string }
  /** The length or the code is invalid. */
  | { type: "invalid"; reason: string }
  /** The reason is not UTF-8. */
  | { type: "notUtf8" };

/** Whether a close frame may have this code. */
export function isWireCloseCode(code: number): boolean {
  return Number.isInteger(code) && WIRE_CODES.some(([first, last]) => first <= code && code <= last);
}

/**
 * Returns the payload of a close frame (RFC 6455, section 5.5.1) as new bytes. A reason of more than 123 bytes is cut
 * after the last character that fits. Lone surrogates become U+FFFD.
 *
 * @throws {RangeError} If a close frame must not have this code.
 */
export function closePayload(code: number, reason: string): Uint8Array<ArrayBuffer> {
  if (!isWireCloseCode(code)) {
    throw new RangeError(`Cannot close: code ${code} is not one of 1000 to 1003, 1007 to 1014 and 3000 to 4999`);
  }
  const bytes = new Uint8Array(MAX_CONTROL_BYTES);
  bytes[0] = code >>> 8;
  bytes[1] = code;
  // Writes only whole characters.
  const { written } = encoder.encodeInto(reason, bytes.subarray(CODE_BYTES));
  return bytes.slice(0, CODE_BYTES + written);
}

/** Reads the payload of a close frame of a client. An empty payload is valid and has no code. */
export function readClosePayload(payload: Uint8Array): ClosePayload {
  if (payload.length === 0) return { type: "valid", code: undefined, reason: "" };
  if (payload.length < CODE_BYTES) return { type: "invalid", reason: "The close frame has half a code" };
  const code = payload[0]! << 8 | payload[1]!;
  if (!isWireCloseCode(code)) return { type: "invalid", reason: `The close code ${code} is invalid` };
  try {
    return { type: "valid", code, reason: decoder.decode(payload.subarray(CODE_BYTES)) };
  } catch {
    return { type: "notUtf8" };
  }
}
