// similarName(): finds the name that a person or a program probably meant.

/** Names that differ in more than this part of their characters are not similar. */
const MAX_PART = 0.34;

/**
 * Returns the name that is most similar to `name`, or `undefined` if none is: one that differs only in case,
 * underscores and hyphens, that `name` begins or is the end of (`host` for `hostname`, `speed` for `/arm/speed`), or
 * that has a few other, missing, additional or exchanged characters.
 */
export function similarName(name: string, names: Iterable<string>): string | undefined {
  const wanted = plain(name);
  if (wanted === "") return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const other of names) {
    const difference = differenceOf(wanted, plain(other));
    if (difference < least) [best, least] = [other, difference];
  }
  return least <= MAX_PART ? best : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "").replace(/^\//, "");
}

/** How different two names are: from 0 (equal) to 1. */
function differenceOf(name: string, other: string): number {
  if (name === other) return 0;
  const edits = editDistance(name, other) / Math.max(name.length, other.length);
  const isPart = name.length >= 3 && (other.startsWith(name) || other.endsWith(`/${name}`));
  return isPart ? Math.min(edits, MAX_PART) : edits;
}

/** The number of characters that have to be added, removed, replaced or exchanged with the next one. */
function editDistance(one: string, two: string): number {
  let [beforeLast, last]: number[][] = [[], Array.from({ length: two.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= two.length; column++) {
      const cost = one[row - 1] === two[column - 1] ? 0 : 1;
      let edits = Math.min(last![column]! + 1, current[column - 1]! + 1, last![column - 1]! + cost);
      const isSwapped = row > 1 && column > 1 && one[row - 1] === two[column - 2] && one[row - 2] === two[column - 1];
      if (isSwapped) edits = Math.min(edits, beforeLast![column - 2]! + 1);
      current.push(edits);
    }
    [beforeLast, last] = [last, current];
  }
  return last!.at(-1)!;
}
