// The limits of 64-bit integers.

/** The smallest int64. */
export const INT64_MIN = -0x8000_0000_0000_0000n;
/** The largest int64. */
export const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
/** The largest uint64. */
export const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
