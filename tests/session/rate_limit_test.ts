// RateLimit over times that the tests make up.

import { assertEquals } from "@std/assert/equals";
import { RateLimit } from "../../src/session/rate_limit.ts";

/** What becomes of one more at one time, so often. */
function admitAt(limit: RateLimit, nowMs: number, times: number): string[] {
  return Array.from({ length: times }, () => limit.admit(nowMs, 1));
}

/** So many verdicts of a kind. */
function many(verdict: string, times: number): string[] {
  return Array<string>(times).fill(verdict);
}

Deno.test("RateLimit.admit() takes a second's worth at once, warns, and cuts off after another second's worth", () => {
  const limit = new RateLimit(10);
  assertEquals(admitAt(limit, 5, 10), many("accept", 10));
  assertEquals(admitAt(limit, 5, 10), ["warn", ...many("accept", 9)]);
  assertEquals(admitAt(limit, 5, 2), ["disconnect", "disconnect"]);
});

Deno.test("RateLimit.admit() takes the rate for as long as it lasts", () => {
  const limit = new RateLimit(10);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) assertEquals(limit.admit(nowMs, 1), "accept", `at ${nowMs} ms`);
});

Deno.test("RateLimit.admit() cuts off at twice the rate, after two seconds", () => {
  const limit = new RateLimit(10);
  const verdicts = Array.from({ length: 100 }, (_, index) => limit.admit(index * 50, 1));
  assertEquals([verdicts.indexOf("warn"), verdicts.indexOf("disconnect")], [19, 39]);
});

Deno.test("RateLimit.admit() forgives what has been paid back, and warns anew", () => {
  const limit = new RateLimit(10);
  admitAt(limit, 0, 20);
  // The debt of ten is paid after a second; half full again after another half.
  assertEquals(admitAt(limit, 1500, 6), [...many("accept", 5), "warn"]);
});

Deno.test("RateLimit.admit() warns once of a client at the very edge", () => {
  const limit = new RateLimit(10);
  admitAt(limit, 0, 10);
  const verdicts = Array.from({ length: 100 }, (_, index) => limit.admit(index * 100, 1));
  assertEquals(verdicts.filter((verdict) => verdict !== "accept"), ["warn"]);
});

Deno.test("RateLimit.admit() warns before it cuts off, however much comes at once", () => {
  const limit = new RateLimit(10);
  assertEquals([limit.admit(0, 1000), limit.admit(0, 1)], ["warn", "disconnect"]);
  const rare = new RateLimit(10);
  for (let nowMs = 0; nowMs < 1_000_000; nowMs += 200_000) assertEquals(rare.admit(nowMs, 1000), "warn");
});

Deno.test("RateLimit.admit() of no limit takes all", () => {
  const limit = new RateLimit(0);
  assertEquals(admitAt(limit, 0, 1000), many("accept", 1000));
});

Deno.test("RateLimit.admit() saves up no more than a second's worth", () => {
  const limit = new RateLimit(10);
  limit.admit(0, 1);
  assertEquals(admitAt(limit, 3_600_000, 11), [...many("accept", 10), "warn"]);
});
