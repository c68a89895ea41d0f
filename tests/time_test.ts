// Conversions of times.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { nsFromDate, nsFromTime, timeFromNs } from "../src/time.ts";

Deno.test("timeFromNs() and nsFromTime() convert in both directions, also before the epoch and beyond 2^53 ns", () => {
  for (
    const [ns, sec, nsec] of [
      [0n, 0, 0],
      [1n, 0, 1],
      [999_999_999n, 0, 999_999_999],
      [1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789],
      [18_446_744_073_709_551_615n, 18_446_744_073, 709_551_615],
      [-1n, -1, 999_999_999],
      [-1_000_000_000n, -1, 0],
      [-1_500_000_000n, -2, 500_000_000],
    ] as const
  ) {
    assertEquals(timeFromNs(ns), { sec, nsec });
    assertEquals(nsFromTime({ sec, nsec }), ns);
  }
});

Deno.test("nsFromTime() accepts nanoseconds beyond a second, and rejects fractions", () => {
  assertEquals(nsFromTime({ sec: 1, nsec: 2_000_000_001 }), 3_000_000_001n);
  for (const wrong of [{ sec: 1.5, nsec: 0 }, { sec: 0, nsec: NaN }]) {
    assertThrows(() => nsFromTime(wrong), RangeError, "are not both integers");
  }
});

Deno.test("nsFromDate() converts milliseconds, also before the epoch, and rejects an invalid date", () => {
  assertEquals(nsFromDate(new Date(1_700_000_000_123)), 1_700_000_000_123_000_000n);
  assertEquals(nsFromDate(new Date(-1)), -1_000_000n);
  assertThrows(() => nsFromDate(new Date(NaN)), RangeError, "it is not valid");
});
