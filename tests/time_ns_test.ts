// timeNs() over clocks that the tests set, and over those of the platform.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { createTimeNs, timeNs } from "../src/time_ns.ts";

const ORIGIN = 1_700_000_000_000;

/**
 * Clocks that agree until a test changes one. Each reading of the wall clock takes the next of `interruptions`, in ms.
 */
function fakeClocks() {
  const clocks = {
    origin: ORIGIN,
    elapsed: 0,
    wallOffset: 0,
    interruptions: [] as number[],
    monotonic: () => clocks.elapsed,
    wall() {
      clocks.elapsed += clocks.interruptions.shift() ?? 0;
      return Math.floor(ORIGIN + clocks.elapsed + clocks.wallOffset);
    },
  };
  return clocks;
}

function ns(milliseconds: number): bigint {
  return BigInt(ORIGIN) * 1_000_000n + BigInt(Math.round(milliseconds * 1e6));
}

/** Asserts equality within a microsecond, because the wall clock is a double in milliseconds. */
function assertClose(actual: bigint, expected: bigint): void {
  assert(actual > expected - 1000n && actual < expected + 1000n, `${actual} is not close to ${expected}`);
}

Deno.test("createTimeNs() counts single nanoseconds", () => {
  const clocks = fakeClocks();
  const now = createTimeNs(clocks);
  assertEquals(now(), ns(0));
  clocks.elapsed = 0.000001;
  assertEquals(now(), ns(0) + 1n);
  clocks.elapsed = 30 * 86_400_000 + 0.000002;
  assertEquals(now(), ns(30 * 86_400_000) + 2n);
});

Deno.test("createTimeNs() ignores the coarse steps and small drift of the wall clock", () => {
  const clocks = fakeClocks();
  const now = createTimeNs(clocks);
  for (const wallOffset of [0, 2.4, -2.4]) {
    clocks.wallOffset = wallOffset;
    for (let step = 0; step < 100; step++) {
      clocks.elapsed += 0.037;
      assertEquals(now(), ns(clocks.elapsed));
    }
  }
});

for (const [what, leap] of [["forwards", 3_600_000], ["backwards", -3_600_000], ["by some milliseconds", 6]] as const) {
  Deno.test(`createTimeNs() follows the wall clock when it jumps ${what}`, () => {
    const clocks = fakeClocks();
    const now = createTimeNs(clocks);
    clocks.elapsed = 10;
    clocks.wallOffset = leap;
    const first = now();
    assertClose(first, ns(10 + leap + 0.5));
    clocks.elapsed += 0.25;
    assertEquals(now(), first + 250_000n);
  });
}

Deno.test("createTimeNs() starts correctly if its origin is wrong", () => {
  const clocks = fakeClocks();
  const now = createTimeNs({ ...clocks, origin: 0 });
  assertClose(now(), ns(0.5));
});

Deno.test("createTimeNs() does not treat an interruption between its readings as a jump", () => {
  const clocks = fakeClocks();
  const now = createTimeNs(clocks);
  clocks.interruptions = [40, 40];
  assertEquals(now(), ns(80));
  assertEquals(now(), ns(80));
});

Deno.test("createTimeNs() returns even if every reading is interrupted", () => {
  const clocks = fakeClocks();
  const now = createTimeNs(clocks);
  clocks.interruptions = Array.from({ length: 100 }, () => 40);
  const result = now();
  assert(result >= ns(clocks.elapsed - 100) && result <= ns(clocks.elapsed + 100), `${result - ns(clocks.elapsed)} ns`);
});

Deno.test("timeNs() never goes back, is finer than a millisecond and agrees with Date.now()", () => {
  const before = Date.now();
  const times = Array.from({ length: 10_000 }, timeNs);
  const after = Date.now();

  assert(times.every((time, index) => index === 0 || time >= times[index - 1]!));
  assert(new Set(times.map((time) => time % 1_000_000n)).size > 100);
  assert(times.at(0)! >= BigInt(before - 4) * 1_000_000n);
  assert(times.at(-1)! <= BigInt(after + 5) * 1_000_000n);
});
