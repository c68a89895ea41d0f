// stampOf(): the time that a message has in its own fields.

import { assertEquals } from "@std/assert/equals";
import { stampOf } from "../../src/cli/stamp.ts";

const TIME = 1_700_000_000_500_000_000n;

const FOUND: readonly [form: string, value: unknown][] = [
  ["protobuf", TIME],
  ["Foxglove's JSON", { sec: 1_700_000_000, nsec: 500_000_000 }],
  ["ROS 2", { sec: 1_700_000_000, nanosec: 500_000_000 }],
  ["ROS 1", { secs: 1_700_000_000, nsecs: 500_000_000 }],
  ["protobuf's JSON", { seconds: "1700000000", nanos: 500_000_000 }],
  ["ISO text", "2023-11-14T22:13:20.5Z"],
  ["text of ns", "1700000000500000000"],
  ["seconds", 1_700_000_000.5],
  ["ms", 1_700_000_000_500],
  ["µs", 1_700_000_000_500_000],
  ["ns", 1_700_000_000_500_000_000],
];

for (const [form, value] of FOUND) {
  Deno.test(`stampOf() reads a time as ${form}`, () => {
    assertEquals(stampOf({ timestamp: value }), { field: "timestamp", time: TIME });
    assertEquals(stampOf({ header: { stamp: value }, timestamp: 1 }), { field: "header.stamp", time: TIME });
  });
}

for (const value of [undefined, null, "now", 7, [], {}, { timestamp: "now" }, { timestamp: NaN }, { header: null }]) {
  Deno.test(`stampOf() finds no time in ${JSON.stringify(value)}`, () => assertEquals(stampOf(value), undefined));
}

for (const sec of [1.5, NaN, "x", {}]) {
  Deno.test(`stampOf() ignores the seconds ${JSON.stringify(sec)}`, () => {
    assertEquals(stampOf({ timestamp: { sec } }), undefined);
  });
}
