// DurationCounter: the buckets of durations.

import { assertEquals } from "@std/assert/equals";
import { DurationCounter } from "../../../src/server/stats/duration_histogram.ts";

Deno.test("DurationCounter.add() counts a duration in the first bucket whose bound it does not exceed", () => {
  const { boundsSeconds } = new DurationCounter().read();
  assertEquals(boundsSeconds, [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
  const bucketOf = (ms: number) => {
    const counter = new DurationCounter();
    counter.add(ms);
    return counter.read().counts.indexOf(1);
  };
  assertEquals([0, 1, 1.1, 2.5, 1000, 1001, 10_000, 10_001, 1e9].map(bucketOf), [0, 0, 1, 1, 9, 10, 12, 13, 13]);
});

Deno.test("DurationCounter.read() returns the number and the sum of durations, and a copy of the counts", () => {
  const counter = new DurationCounter();
  const before = counter.read();
  for (const ms of [500, 250, 20_000]) counter.add(ms);
  const { counts, count, sumSeconds } = counter.read();
  assertEquals([counts.reduce((sum, each) => sum + each), count, sumSeconds], [3, 3, 20.75]);
  assertEquals([before.count, before.counts.every((each) => each === 0)], [0, true]);
});
