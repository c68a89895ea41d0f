// AgeFilter and ClockPeriod: ages without a common clock.

import { assertEquals } from "@std/assert/equals";
import { AgeFilter, ClockPeriod } from "../../src/nats/age_filter.ts";

const MAX = 2000;

Deno.test("AgeFilter takes the fastest message as the measure", () => {
  const filter = new AgeFilter(MAX);
  // The sender's clock is 1,000,000 ms ahead.
  const ageOf = (sentMs: number, nowMs: number) =>
    Math.round(filter.ageOf({ sentMs: sentMs + 1_000_000, period: 0 }, nowMs));
  assertEquals(ageOf(0, 50), 0);
  assertEquals(ageOf(10, 40), 0); // faster by 20 ms
  assertEquals(ageOf(20, 70), 20);
  assertEquals(ageOf(100, 5130), 5000 - 1);
});

Deno.test("AgeFilter.accepts() refuses messages that are too old, and those after them are fine", () => {
  const filter = new AgeFilter(MAX);
  const accepts = (sentMs: number, nowMs: number) => filter.accepts({ sentMs, period: 0 }, nowMs);
  assertEquals(accepts(0, 10), true);
  // All of this was kept for up to 30 seconds, and arrives together.
  assertEquals([1000, 20_000, 27_900, 28_100, 30_000].map((sentMs) => accepts(sentMs, 30_010)), [
    false,
    false,
    false,
    true,
    true,
  ]);
});

Deno.test("AgeFilter follows clocks that drift apart, but not a link that becomes slower", () => {
  const filter = new AgeFilter(MAX);
  let now = 0;
  // The sender's clock loses 100 ppm: 8.6 s within a day.
  for (let second = 0; second < 86_400; second++) {
    now = second * 1000;
    assertEquals(filter.accepts({ sentMs: Math.floor(now * 0.9999), period: 0 }, now), true);
  }
  const sentMs = Math.floor(now * 0.9999);
  assertEquals(filter.accepts({ sentMs: sentMs + 60_000, period: 0 }, now + 63_000), false);
});

Deno.test("AgeFilter counts over the end of the sender's clock", () => {
  const filter = new AgeFilter(MAX);
  assertEquals(filter.accepts({ sentMs: 0xffff_ffff, period: 0 }, 100), true);
  assertEquals(filter.ageOf({ sentMs: 9, period: 0 }, 110), 0);
  assertEquals(Math.round(filter.ageOf({ sentMs: 9, period: 0 }, 5110)), 5000 - 1);
});

Deno.test("AgeFilter begins again with a newer period of the sender's clock, and refuses older periods", () => {
  const filter = new AgeFilter(MAX);
  assertEquals(filter.accepts({ sentMs: 1000, period: 255 }, 1000), true);
  // The sender was suspended for an hour.
  assertEquals(filter.accepts({ sentMs: 2000, period: 255 }, 3_602_000), false);
  assertEquals(filter.accepts({ sentMs: 2000, period: 0 }, 3_602_000), true);
  assertEquals(filter.accepts({ sentMs: 1999, period: 255 }, 3_602_001), false);
  assertEquals(filter.accepts({ sentMs: 3000, period: 0 }, 3_603_000), true);
});

Deno.test("AgeFilter.reset() forgets everything", () => {
  const filter = new AgeFilter(MAX);
  filter.accepts({ sentMs: 0, period: 0 }, 0);
  filter.reset();
  assertEquals(filter.accepts({ sentMs: 0, period: 0 }, 10_000), true);
});

Deno.test("ClockPeriod counts steps of the clock, but no slow adjustments", () => {
  const period = new ClockPeriod();
  assertEquals(period.check(0, 1_000_000), false);
  let wall = 1_000_000;
  for (let second = 1; second <= 100; second++) {
    wall += 1000 + 10;
    assertEquals(period.check(second * 1000, wall), false);
  }
  assertEquals([period.check(101_000, wall + 3_600_000), period.current], [true, 1]);
  assertEquals([period.check(102_000, wall + 3_601_000), period.current], [false, 1]);
  assertEquals([period.check(103_000, wall), period.current], [true, 2]);
});
