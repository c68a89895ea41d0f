// unmask(): removes the mask from the payloads of clients.

/** Below this length, single bytes are faster than the setup of a view of 32-bit words. */
const MIN_WORD_BYTES = 96;

const WORD_BYTES = 4;

/** Converts a mask to a word with the byte order of the platform. Only used within one call. */
const maskBytes = new Uint8Array(WORD_BYTES);
const maskWord = new Int32Array(maskBytes.buffer);

/**
 * Applies a mask (RFC 6455, section 5.3) to the bytes from `start` to `end`, in place. Applying it again restores them.
 *
 * The first byte of the mask has the most significant 8 bits of `mask`, which may be signed. `phase` is the number of
 * payload bytes before `start`, modulo 4: payloads may arrive in parts.
 *
 * Long payloads are processed as aligned 32-bit words, which is about 4 times as fast as single bytes. The bytes before
 * the first word and after the last one are processed one by one.
 */
export function unmask(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  mask: number,
  phase: number,
): void {
  const shifted = rotate(mask, phase);
  if (end - start < MIN_WORD_BYTES) return unmaskBytes(bytes, start, end, shifted);
  const wordStart = start + (-(bytes.byteOffset + start) & (WORD_BYTES - 1));
  const words = (end - wordStart) >>> 2;
  const wordEnd = wordStart + words * WORD_BYTES;
  const wordMask = rotate(shifted, wordStart - start);
  unmaskBytes(bytes, start, wordStart, shifted);
  unmaskWords(new Int32Array(bytes.buffer, bytes.byteOffset + wordStart, words), wordMask);
  unmaskBytes(bytes, wordEnd, end, wordMask);
}

/** Returns the mask for bytes that begin `phase` bytes later. */
function rotate(mask: number, phase: number): number {
  const bits = phase << 3;
  return bits === 0 ? mask : mask << bits | mask >>> (32 - bits);
}

function unmaskBytes(bytes: Uint8Array, start: number, end: number, mask: number): void {
  const first = mask >>> 24;
  const second = mask >>> 16 & 0xff;
  const third = mask >>> 8 & 0xff;
  const fourth = mask & 0xff;
  let at = start;
  for (const groupEnd = end - 3; at < groupEnd; at += 4) {
    bytes[at]! ^= first;
    bytes[at + 1]! ^= second;
    bytes[at + 2]! ^= third;
    bytes[at + 3]! ^= fourth;
  }
  if (at < end) bytes[at]! ^= first;
  if (at + 1 < end) bytes[at + 1]! ^= second;
  if (at + 2 < end) bytes[at + 2]! ^= third;
}

function unmaskWords(words: Int32Array, mask: number): void {
  for (let index = 0; index < WORD_BYTES; index++) maskBytes[index] = mask >>> (24 - 8 * index);
  const word = maskWord[0]!;
  for (let index = 0; index < words.length; index++) words[index]! ^= word;
}
