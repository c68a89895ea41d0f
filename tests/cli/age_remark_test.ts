// ageRemark(): recognizes clocks that differ.

import { assertEquals } from "@std/assert/equals";
import { ageRemark } from "../../src/cli/age_remark.ts";

const CASES: readonly [min: number, max: number, text: string | undefined][] = [
  [-1, 30, undefined],
  [2, 900, undefined],
  [-1500, 20, "1.5 s in the future; the clocks differ by at least that"],
  [3000, 3100, "at least 3 s old; the data is recorded or delayed, or the clocks differ"],
  [1.7e12, 1.7e12, "not the current time; they may be recorded, simulated, or not in ns since 1970"],
  [-1.7e15, -1.7e15, "not the current time; they may be recorded, simulated, or not in ns since 1970"],
];

for (const [min, max, text] of CASES) {
  Deno.test(`ageRemark() of ages from ${min} to ${max} ms`, () => assertEquals(ageRemark({ min, max })?.text, text));
}
