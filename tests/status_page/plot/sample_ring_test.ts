// SampleRing: order, growth, and what it drops.

import { assertEquals } from "@std/assert/equals";
import { SampleRing } from "../../../src/status_page/plot/sample_ring.ts";

function samples(ring: SampleRing): [number, number][] {
  return Array.from({ length: ring.length }, (_, at) => [ring.timeAt(at), ring.valueAt(at)]);
}

Deno.test("SampleRing has the samples in the order in which they were added", () => {
  const ring = new SampleRing();
  ring.add(1, 10, 0);
  ring.add(2, NaN, 0);
  ring.add(2, 30, 0);
  assertEquals(samples(ring), [[1, 10], [2, NaN], [2, 30]]);
});

Deno.test("SampleRing grows while all samples are in the window", () => {
  const ring = new SampleRing();
  for (let time = 0; time < 10_000; time++) ring.add(time, -time, 0);
  assertEquals([ring.length, ring.timeAt(0), ring.valueAt(9999)], [10_000, 0, -9999]);
});

Deno.test("SampleRing drops what is before the window, except the sample that begins the line", () => {
  const ring = new SampleRing();
  for (let time = 0; time < 1024; time++) ring.add(time, time, 0);
  ring.add(1024, 1024, 1000);
  assertEquals([ring.timeAt(0), ring.length], [999, 26]);
  assertEquals(samples(ring).at(-1), [1024, 1024]);
});

Deno.test("SampleRing keeps its size while the window moves", () => {
  const ring = new SampleRing();
  let most = 0;
  for (let time = 0; time < 100_000; time++) {
    ring.add(time, time, time - 800);
    most = Math.max(most, ring.length);
  }
  assertEquals([most <= 2048, ring.timeAt(ring.length - 1), ring.timeAt(0) <= 99_200], [true, 99_999, true]);
});

Deno.test("SampleRing drops the oldest samples at its limit", () => {
  const ring = new SampleRing();
  for (let time = 0; time < 524_288 + 10; time++) ring.add(time, time, 0);
  assertEquals([ring.length, ring.timeAt(0)], [524_288, 10]);
});

Deno.test("SampleRing.firstFrom() finds the first sample at or after a time", () => {
  const ring = new SampleRing();
  for (const time of [10, 20, 20, 30]) ring.add(time, 0, 0);
  assertEquals([5, 10, 15, 20, 30, 31].map((time) => ring.firstFrom(time)), [0, 0, 1, 1, 3, 4]);
});
