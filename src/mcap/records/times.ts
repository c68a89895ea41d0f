// laterOf(), earlierOf(): of two times.

/** Returns the later time. */
export function laterOf(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Returns the earlier time. */
export function earlierOf(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
