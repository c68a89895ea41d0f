// judgeTimestamp(): timestamps that are not the time in nanoseconds.

import { assertEquals } from "@std/assert/equals";
import { judgeTimestamp } from "../../../src/cli/doctor/timestamp.ts";

const NOW = 1_800_000_000_123_456_789n;
const SECOND = 1_000_000_000n;

for (const offset of [0n, -9n * SECOND, SECOND / 2n]) {
  Deno.test(`judgeTimestamp() accepts ${offset} ns after now`, () => {
    assertEquals(judgeTimestamp(NOW + offset, NOW), undefined);
  });
}

const WRONG: readonly [timestamp: bigint, text: string][] = [
  [0n, "timestamp 0: recordings place the message in 1970"],
  [NOW / SECOND, "timestamp 1800000000 is in seconds: recordings place the message in 1970"],
  [NOW / 1_000_000n, "timestamp 1800000000123 is in milliseconds: recordings place the message in 1970"],
  [NOW / 1000n, "timestamp 1800000000123456 is in microseconds: recordings place the message in 1970"],
  [NOW + 2n * SECOND, "timestamps are 2 s in the future"],
  [NOW - 90n * SECOND, "timestamps are 90 s in the past"],
  [NOW - 3n * 3600n * SECOND, "timestamps are 3 hours in the past"],
  [5n * SECOND, "timestamps are 20833 days in the past"],
];

for (const [timestamp, text] of WRONG) {
  Deno.test(`judgeTimestamp() reports: ${text}`, () => assertEquals(judgeTimestamp(timestamp, NOW)?.text, text));
}
