// Times: splitting and joining nanoseconds.

import { assertEquals } from "@std/assert/equals";
import { joinTime, splitDuration, splitTimestamp } from "../../../src/codecs/protobuf/time.ts";
import { Random } from "../../protocol/random.ts";

const SEED = Number(Math.random().toString().slice(2, 11));
const ROUNDS = 20_000;
const NANOS = 1_000_000_000n;
const EDGES = [
  0n,
  NANOS,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  NANOS * 2n ** 32n,
  NANOS * 2n ** 53n,
  2n ** 63n * NANOS - 1n,
];

/** Times at and around the edges, and random ones. */
function times(): bigint[] {
  const random = new Random(SEED);
  const around = EDGES.flatMap((edge) => [edge - 1n, edge, edge + 1n]);
  const randoms = Array.from({ length: ROUNDS }, () => random.uint64() >> BigInt(random.below(64)));
  const wholeSeconds = randoms.map((ns) => ns - ns % NANOS);
  return [...around, ...randoms, ...wholeSeconds].flatMap((ns) => [ns, -ns]);
}

Deno.test("splitTimestamp() rounds seconds down, so that nanoseconds are not negative", () => {
  for (const ns of times()) {
    const remainder = ((ns % NANOS) + NANOS) % NANOS;
    const { seconds, nanos } = splitTimestamp(ns);
    assertEquals([BigInt(seconds), nanos], [(ns - remainder) / NANOS, Number(remainder)], `${ns}, seed ${SEED}`);
    assertEquals(joinTime(BigInt(seconds), nanos), ns);
  }
});

Deno.test("splitDuration() gives both parts the sign of the duration", () => {
  for (const ns of times()) {
    const { seconds, nanos } = splitDuration(ns);
    assertEquals([BigInt(seconds), nanos], [ns / NANOS, Number(ns % NANOS)], `${ns}, seed ${SEED}`);
    assertEquals(joinTime(BigInt(seconds), nanos), ns);
  }
});
