// The codes with which a program may close a WebSocket.

/** The first and the last of each range. RFC 6455, section 7.4: the others are reserved, and a peer takes them for a broken connection. */
const ALLOWED_CODES: readonly (readonly [first: number, last: number])[] = [[1000, 1003], [1007, 1013], [3000, 4999]];

/** RFC 6455, section 5.5: a control frame holds 125 bytes, two of which are the code. */
const MAX_REASON_BYTES = 123;

/**
 * Checks what a client is to be told when its connection is closed.
 *
 * @throws {RangeError} When the code may not be sent, or the reason is too long.
 */
export function checkClose(code: number, reason: string): void {
  if (!Number.isInteger(code) || !ALLOWED_CODES.some(([first, last]) => first <= code && code <= last)) {
    throw new RangeError(
      `Cannot disconnect a client: code ${code} is not one of 1000 to 1003, 1007 to 1013 and 3000 to 4999`,
    );
  }
  const bytes = new TextEncoder().encode(reason).byteLength;
  if (bytes > MAX_REASON_BYTES) {
    throw new RangeError(`Cannot disconnect a client: the reason has ${bytes} bytes, more than ${MAX_REASON_BYTES}`);
  }
}
