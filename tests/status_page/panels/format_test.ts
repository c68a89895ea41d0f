// Texts of numbers, and the rate meter.

import { assertEquals } from "@std/assert/equals";
import { formatBytes, formatCount, formatDuration, formatRate } from "../../../src/status_page/panels/format.ts";
import { undecodableReason } from "../../../src/status_page/panels/message_types.ts";
import { RateMeter } from "../../../src/status_page/panels/rate_meter.ts";
import type { Channel } from "../../../src/client/mod.ts";

Deno.test("formatBytes() uses the largest unit that fits", () => {
  const numbers = [0, 999, 999.6, 1500, 99_400, 123_456, 999_600, 12_300_000, 5e15];
  assertEquals(numbers.map(formatBytes), [
    "0 B",
    "999 B",
    "1 kB",
    "1.5 kB",
    "99 kB",
    "123 kB",
    "1 MB",
    "12 MB",
    "5000 TB",
  ]);
});

Deno.test("formatRate(), formatCount() and formatDuration() round", () => {
  assertEquals([29.94, 100.4, 0].map(formatRate), ["29.9 Hz", "100 Hz", "0 Hz"]);
  assertEquals(formatCount(1000), "1,000");
  assertEquals([1.26, 12.6, 1250].map(formatDuration), ["1.3 ms", "13 ms", "1.3 s"]);
});

Deno.test("RateMeter measures over the last second", () => {
  const meter = new RateMeter();
  assertEquals(meter.read(0), 0);
  for (let index = 0; index < 30; index++) meter.count();
  assertEquals([meter.read(900), meter.read(1500)], [0, 20]);
  meter.count();
  assertEquals([meter.read(2000), meter.read(2500)], [20, 1]);
  meter.reset();
  assertEquals(meter.read(9000), 0);
});

Deno.test("undecodableReason() names an encoding that the page does not decode", () => {
  const channel = (encoding: string) => ({ encoding }) as Channel;
  assertEquals([undecodableReason(channel("json")), undecodableReason(channel("protobuf"))], [undefined, undefined]);
  assertEquals(undecodableReason(channel("cdr")), 'This page does not decode "cdr". Foxglove and Lichtblick do.');
});
