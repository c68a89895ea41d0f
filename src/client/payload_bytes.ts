// payloadBytes(): the bytes of a payload that a program passes to a client.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";

const UTF8 = new TextEncoder();

/**
 * Returns the bytes of a payload, without copying them. Throws a `TypeError` if it is neither text nor bytes. `action`
 * follows "Cannot" in the error text.
 */
export function payloadBytes(payload: ByteSource | string, action: string): Uint8Array {
  const bytes = typeof payload === "string" ? UTF8.encode(payload) : bytesOf(payload);
  if (bytes) return bytes;
  throw new TypeError(`Cannot ${action}: its payload must be text or ${BYTES_RULE}, not ${kindOf(payload)}`);
}
