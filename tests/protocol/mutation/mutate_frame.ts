// mutateFrame(): makes binary frames with typical errors.

import type { Random } from "../random.ts";

/** Frames that claim to contain a text of these lengths must be rejected before memory is allocated. */
const LENGTHS = [0, 1, 2, 0x7f, 0x100, 0xffff, 0x100_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** Byte sequences that are not UTF-8: lone, overlong, a surrogate, above U+10FFFF, cut short. */
const NO_UTF8 = [[0xff], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];

/** The maximum offset of a frame in its buffer. Offsets reveal codecs that ignore the start of a view. */
const MAX_OFFSET = 4;

/** One of `frames` with up to three faults, as a view of a larger buffer. */
export function mutateFrame(random: Random, frames: readonly Uint8Array[]): Uint8Array {
  let frame = placed(random.pick(frames), random.below(MAX_OFFSET));
  for (let times = random.below(4); times > 0; times--) frame = mutated(random, frame, frames);
  return frame;
}

function mutated(random: Random, frame: Uint8Array, frames: readonly Uint8Array[]): Uint8Array {
  const at = random.below(frame.length + 1);
  switch (random.below(10)) {
    case 0:
    case 1:
      return overwritten(frame, at, [(frame[at] ?? 0) ^ (1 << random.below(8))]);
    case 2:
      return overwritten(frame, at, [random.below(256)]);
    case 3:
      // Opcodes of the other side, and unknown ones.
      return overwritten(frame, 0, [random.below(8)]);
    case 4:
      return overwritten(frame, at, uint32(random.once(3) ? random.below(frame.length + 4) : random.pick(LENGTHS)));
    case 5:
      return overwritten(frame, at, random.pick(NO_UTF8));
    case 6:
      return frame.subarray(0, at);
    case 7:
      return spliced(frame, at, random.pick(NO_UTF8), frame.subarray(at));
    case 8:
      return spliced(frame, at, [], frame.subarray(random.below(frame.length + 1)));
    default:
      return spliced(frame, at, [], random.pick(frames).subarray(random.below(6)));
  }
}

function placed(frame: Uint8Array, offset: number): Uint8Array {
  const buffer = new Uint8Array(offset + frame.length);
  buffer.set(frame, offset);
  return buffer.subarray(offset);
}

/** Overwrites in place, because the frame is already a copy. */
function overwritten(frame: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  bytes.forEach((byte, index) => {
    if (at + index < frame.length) frame[at + index] = byte;
  });
  return frame;
}

function spliced(frame: Uint8Array, at: number, bytes: readonly number[], tail: Uint8Array): Uint8Array {
  const result = new Uint8Array(at + bytes.length + tail.length);
  result.set(frame.subarray(0, at));
  result.set(bytes, at);
  result.set(tail, at + bytes.length);
  return result;
}

function uint32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
