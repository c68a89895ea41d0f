// checkClose(): checks the close code and the reason that a program chooses.

/**
 * The first and the last code of each range. RFC 6455, section 7.4 reserves the others, and peers treat those as a
 * broken connection.
 */
const ALLOWED_CODES: readonly (readonly [first: number, last: number])[] = [[1000, 1003], [1007, 1013], [3000, 4999]];

/** RFC 6455, section 5.5: a control frame has at most 125 bytes. The code takes two of them. */
const MAX_REASON_BYTES = 123;

/**
 * Checks a close code and its reason.
 *
 * @throws {RangeError} If the code must not be sent, or if the reason is too long.
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
