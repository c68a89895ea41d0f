// Random values for JSON: those that JSON expresses, and those that it does not.

import type { Random } from "../protocol/random.ts";

const NAMES = ["a", "b", "x", "a b", "__proto__", "constructor", "toString", "0", ""];

class Point {
  x = 1;
  label = "p";
}

/** Makes a value of the kinds that `JSON.parse()` returns, and with `odd` also of all others. */
export function randomValue(random: Random, depth: number, odd: boolean): unknown {
  if (depth > 0 && random.once(3)) return randomObject(random, depth - 1, odd);
  if (depth > 0 && random.once(4)) return random.list(4, () => randomValue(random, depth - 1, odd));
  if (odd && random.once(3)) return random.pick(ODD)();
  return random.pick<unknown>([null, true, false, 0, 5, -1.5, 2 ** 60, "", "text", "\u{1f980}", []]);
}

/** Makes an object of random members. */
export function randomObject(random: Random, depth: number, odd: boolean): object {
  const members = random.list(4, (): [string, unknown] => [random.pick(NAMES), randomValue(random, depth, odd)]);
  return Object.fromEntries(members);
}

const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => NaN,
  () => -Infinity,
  () => Symbol("s"),
  () => () => 5,
  () => new Date(5),
  () => new Date(NaN),
  () => new Point(),
  () => Object.create(null),
  () => new Uint8Array([1, 2]),
  () => new ArrayBuffer(3),
  () => new DataView(new ArrayBuffer(1)),
  () => new Float64Array([0.5, NaN]),
  () => new Int16Array(),
  () => ({ toJSON: () => ({ inner: 5 }) }),
  () => ({ toJSON: () => undefined }),
  () => 5n,
  () => new BigUint64Array(1),
  () => new Map([["a", 1]]),
  () => new Set([1]),
  () => new Error("e"),
];
