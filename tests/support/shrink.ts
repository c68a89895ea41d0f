// Shrinking: removes the parts of a failing input that the failure does not need.

/** Limits the time for failures that are slow to reproduce. */
const MAX_TRIES = 2000;

/**
 * Returns a subset of `items` that still `fails`. Removes halves first, and single items last. Keeps the order.
 *
 * @param maxTries How often to call `fails`. After that, the shortest subset so far is the result.
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => boolean | Promise<boolean>,
  maxTries: number = MAX_TRIES,
): Promise<readonly T[]> {
  let kept = items;
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size > 0;) {
    const before = kept.length;
    for (let start = 0; start < kept.length;) {
      if (tries++ === maxTries) return kept;
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (await fails(rest)) kept = rest;
      else start += size;
    }
    // Without a removed item, the failure may no longer need another one.
    if (size > 1 || kept.length === before) size >>= 1;
  }
  return kept;
}
