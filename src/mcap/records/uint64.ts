// 64-bit integers of the format that are numbers in this package: sizes, offsets and counts.

const TWO_POW_32 = 0x1_0000_0000;
/** Halves above this one make integers that a number cannot represent exactly. */
const MAX_HIGH = 0x1f_ffff;
/** The high half of a length that the writer has not written yet. */
const ALL_ONES = 0xffff_ffff;

/** Returns the uint64 at `position`, or `Infinity` if it is not a safe integer. */
export function readSafeUint64(view: DataView, position: number): number {
  const high = view.getUint32(position + 4, true);
  return high > MAX_HIGH ? Infinity : high * TWO_POW_32 + view.getUint32(position, true);
}

/** Whether all bits of the uint64 at `position` are ones. */
export function isAllOnes(view: DataView, position: number): boolean {
  return view.getUint32(position, true) === ALL_ONES && view.getUint32(position + 4, true) === ALL_ONES;
}

/** Writes a non-negative safe integer as a uint64. */
export function writeSafeUint64(view: DataView, position: number, value: number): void {
  view.setUint32(position, value >>> 0, true);
  view.setUint32(position + 4, Math.floor(value / TWO_POW_32), true);
}
