// xxh32(): the checksum of LZ4 frames.

const PRIME_1 = 0x9e37_79b1;
const PRIME_2 = 0x85eb_ca77;
const PRIME_3 = 0xc2b2_ae3d;
const PRIME_4 = 0x27d4_eb2f;
const PRIME_5 = 0x1656_67b1;
/** The bytes that are hashed in one step. */
const STRIPE_BYTES = 16;

/** Returns the xxHash of the bytes from `start` to `end`, with 32 bits and the seed 0, as a uint32. */
export function xxh32(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = start;
  let hash: number = PRIME_5;
  if (end - start >= STRIPE_BYTES) {
    let a = (PRIME_1 + PRIME_2) | 0;
    let b = PRIME_2 | 0;
    let c = 0;
    let d = -PRIME_1 | 0;
    for (; position + STRIPE_BYTES <= end; position += STRIPE_BYTES) {
      a = addLane(a, view.getInt32(position, true));
      b = addLane(b, view.getInt32(position + 4, true));
      c = addLane(c, view.getInt32(position + 8, true));
      d = addLane(d, view.getInt32(position + 12, true));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  }
  hash = (hash + end - start) | 0;
  for (; position + 4 <= end; position += 4) {
    hash = Math.imul(rotate(hash + Math.imul(view.getInt32(position, true), PRIME_3), 17), PRIME_4);
  }
  for (; position < end; position++) {
    hash = Math.imul(rotate(hash + Math.imul(bytes[position] as number, PRIME_5), 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function addLane(lane: number, value: number): number {
  return Math.imul(rotate(lane + Math.imul(value, PRIME_2), 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
