// Shrinking: what of a failing input the failure does not need is left out.

/** Even a failure that takes long to show is shrunk in bearable time. */
const MAX_TRIES = 2000;

/**
 * Leaves out of `items` what can be left out so that it still `fails`: halves first, single items at last. The order stays.
 *
 * @param maxTries How often `fails` is asked; after that the shortest so far must do.
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
    // Without one, another may have become superfluous.
    if (size > 1 || kept.length === before) size >>= 1;
  }
  return kept;
}
