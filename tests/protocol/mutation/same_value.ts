// sameValue(): compares decoded messages, fast enough for millions of them.

/**
 * Compares by value: numbers, text, bytes, lists and plain objects. NaN equals NaN. A member with the value `undefined`
 * is never equal.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other || Number.isNaN(one) && Number.isNaN(other)) return one !== undefined;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (one instanceof Uint8Array) return other instanceof Uint8Array && sameItems(one, other);
  if (Array.isArray(one)) return Array.isArray(other) && sameItems(one, other);
  if (Array.isArray(other) || other instanceof Uint8Array) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  const [ours, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return names.every((name) => Object.hasOwn(theirs, name) && sameValue(ours[name], theirs[name]));
}

function sameItems(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (!sameValue(one[index], other[index])) return false;
  return true;
}
