import { assertEquals } from "@std/assert/equals";
import { BackOff } from "../../src/client/back_off.ts";

Deno.test("BackOff.recordFailure() grows the range of delays up to the maximum, and a success resets it", () => {
  let random = 0;
  const backOff = new BackOff(1000, 10_000, () => random);
  assertEquals([backOff.recordFailure(), backOff.recordFailure()], [1000, 1000]);
  random = 0.999;
  const longest = Array.from({ length: 4 }, () => Math.ceil(backOff.recordFailure()));
  assertEquals(longest, [7993, 9991, 9991, 9991]);
  assertEquals(backOff.failures, 6);
  backOff.recordSuccess();
  assertEquals([backOff.failures, Math.ceil(backOff.recordFailure())], [0, 1999]);
});
