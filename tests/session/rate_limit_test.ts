// RateLimit, with times that the tests choose.

import { assertEquals } from "@std/assert/equals";
import { RateLimit } from "../../src/session/rate_limit.ts";

/** The verdicts on this number of units at one time. */
function admitAt(limit: RateLimit, nowMs: number, times: number): string[] {
  return Array.from({ length: times }, () => limit.admit(nowMs, 1));
}

/** This number of equal verdicts. */
function many(verdict: string, times: number): string[] {
  return Array<string>(times).fill(verdict);
}

Deno.test("RateLimit.admit() accepts one second's worth at once, then warns, and disconnects after another second's worth", () => {
  const limit = new RateLimit(10);
  assertEquals(admitAt(limit, 5, 10), many("accept", 10));
  assertEquals(admitAt(limit, 5, 10), ["warn", ...many("accept", 9)]);
  assertEquals(admitAt(limit, 5, 2), ["disconnect", "disconnect"]);
});

Deno.test("RateLimit.admit() accepts the exact rate at any length", () => {
  const limit = new RateLimit(10);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) assertEquals(limit.admit(nowMs, 1), "accept", `at ${nowMs} ms`);
});

Deno.test("RateLimit.admit() disconnects at twice the rate after two seconds", () => {
  const limit = new RateLimit(10);
  const verdicts = Array.from({ length: 100 }, (_, index) => limit.admit(index * 50, 1));
  assertEquals([verdicts.indexOf("warn"), verdicts.indexOf("disconnect")], [19, 39]);
});

Deno.test("RateLimit.admit() forgives a debt that is paid back, and then warns again", () => {
  const limit = new RateLimit(10);
  admitAt(limit, 0, 20);
  // The debt of ten is paid after one second. After another half second, half of the budget is available.
  assertEquals(admitAt(limit, 1500, 6), [...many("accept", 5), "warn"]);
});

Deno.test("RateLimit.admit() warns once if the rate stays at its limit", () => {
  const limit = new RateLimit(10);
  admitAt(limit, 0, 10);
  const verdicts = Array.from({ length: 100 }, (_, index) => limit.admit(index * 100, 1));
  assertEquals(verdicts.filter((verdict) => verdict !== "accept"), ["warn"]);
});

Deno.test("RateLimit.admit() warns before it disconnects, however much arrives at once", () => {
  const limit = new RateLimit(10);
  assertEquals([limit.admit(0, 1000), limit.admit(0, 1)], ["warn", "disconnect"]);
  const rare = new RateLimit(10);
  for (let nowMs = 0; nowMs < 1_000_000; nowMs += 200_000) assertEquals(rare.admit(nowMs, 1000), "warn");
});

Deno.test("RateLimit.admit() accepts everything without a limit", () => {
  const limit = new RateLimit(0);
  assertEquals(admitAt(limit, 0, 1000), many("accept", 1000));
});

Deno.test("RateLimit.admit() saves at most one second's worth", () => {
  const limit = new RateLimit(10);
  limit.admit(0, 1);
  assertEquals(admitAt(limit, 3_600_000, 11), [...many("accept", 10), "warn"]);
});
