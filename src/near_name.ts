// nearName(): the name that was probably meant by one that does not exist.

/** Shorter names would match the beginning or end of too many others. */
const MIN_PART = 2;
/** Longer names are not compared letter by letter. */
const MAX_LENGTH = 200;

/**
 * Returns the name that is probably meant: one that differs only in its case, in underscores and hyphens, in the part
 * before or after it, or in a few letters. `/battery` is near `battery`, `/batery`, `/bat` and `/robot/battery`.
 */
export function nearName(name: string, others: Iterable<string>): string | undefined {
  const wanted = plain(name);
  if (wanted === "") return undefined;
  const candidates = [...others].filter((other) => other !== name);
  const find = (isNear: (other: string) => boolean) => candidates.find((other) => isNear(plain(other)));
  return find((other) => other === wanted) ??
    find((other) => other.endsWith(`/${wanted}`)) ??
    nearest(wanted, candidates) ??
    (wanted.length < MIN_PART ? undefined : find((other) => other.startsWith(wanted)) ??
      find((other) => other.endsWith(wanted)));
}

/** Returns `; did you mean "…"?`, or an empty text if no name is near. `write`: how the user writes the name. */
export function didYouMean(
  name: string,
  others: Iterable<string>,
  write: (near: string) => string = (near) => near,
): string {
  const near = nearName(name, others);
  return near === undefined ? "" : `; did you mean "${write(near)}"?`;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "").replace(/^\/+/, "");
}

/** Returns the name with the fewest other letters, of those with at most one in three. */
function nearest(wanted: string, others: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const other of others) {
    const full = plain(other);
    // The user may have left out the part before the last one.
    const last = wanted.includes("/") ? full : full.slice(full.lastIndexOf("/") + 1);
    for (const text of new Set([full, last])) {
      const longest = Math.max(text.length, wanted.length);
      if (longest > MAX_LENGTH) continue;
      const count = distance(wanted, text);
      if (count < least && count <= Math.floor(longest / 3)) [best, least] = [other, count];
    }
  }
  return best;
}

/** Returns how many letters must be added, removed, replaced, or swapped with the next one. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const costs = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(last[column]! + 1, costs[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      if (isSwapped) cost = Math.min(cost, before[column - 2]! + 1);
      costs.push(cost);
    }
    [before, last] = [last, costs];
  }
  return last[other.length]!;
}
