// readLogLine() and matchesFilter(): lines of the three kinds of logs, and which of them are shown.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { isLog, type LogLine, matchesFilter, readLogLine } from "../../../src/status_page/panels/log_line.ts";

const LINE: LogLine = { timeMs: 1_500, level: "warning", name: "drive", message: "Motor is hot" };

for (
  const [schemaName, value] of [
    ["foxglove.Log", { timestamp: { sec: 1, nsec: 5e8 }, level: 3, name: "drive", message: "Motor is hot" }],
    ["foxglove_msgs/msg/Log", { timestamp: 1_500_000_000n, level: 3, name: "drive", message: "Motor is hot" }],
    ["foxglove::Log", { timestamp: "1970-01-01T00:00:01.5Z", level: 3, name: "drive", message: "Motor is hot" }],
    ["rosgraph_msgs/Log", { header: { stamp: { secs: 1, nsecs: 5e8 } }, level: 4, name: "drive", msg: "Motor is hot" }],
    ["rcl_interfaces/msg/Log", { stamp: { sec: 1, nanosec: 5e8 }, level: 30, name: "drive", msg: "Motor is hot" }],
  ] as const
) {
  Deno.test(`readLogLine() reads ${schemaName}`, () => {
    assertEquals([isLog({ schemaName }), readLogLine({ schemaName }, value)], [true, LINE]);
  });
}

Deno.test("readLogLine() reads each level of each kind", () => {
  const levels = (schemaName: string, numbers: readonly number[]) =>
    numbers.map((level) => readLogLine({ schemaName }, { level, message: "", msg: "" }).level);
  const expected = ["debug", "info", "warning", "error", "fatal"] as const;
  assertEquals(levels("foxglove.Log", [1, 2, 3, 4, 5]), [...expected]);
  assertEquals(levels("rosgraph_msgs/Log", [1, 2, 4, 8, 16]), [...expected]);
  assertEquals(levels("rcl_interfaces/msg/Log", [10, 20, 30, 40, 50]), [...expected]);
  assertEquals(levels("foxglove.Log", [0, 9]), ["unknown", "unknown"]);
});

Deno.test("readLogLine() leaves out a time that is missing or wrong, and cuts long texts", () => {
  const { timeMs, name, message } = readLogLine(
    { schemaName: "foxglove.Log" },
    { timestamp: { sec: "x" }, name: "n".repeat(1e6), message: "m".repeat(1e6) },
  );
  assertEquals([timeMs, name.length, message.length], [undefined, 101, 2001]);
});

Deno.test("readLogLine() refuses values that are not lines", () => {
  assertThrows(() => readLogLine({ schemaName: "foxglove.Log" }, null), TypeError, "is not an object");
  assertThrows(() => readLogLine({ schemaName: "foxglove.Log" }, { msg: "x" }), TypeError, "it has no text");
  assertEquals(isLog({ schemaName: "foxglove.RawImage" }), false);
});

for (
  const [minLevel, text, expected] of [
    ["debug", "", true],
    ["warning", "", true],
    ["error", "", false],
    ["debug", "HOT", true],
    ["debug", "Drive", true],
    ["debug", "cold", false],
    ["fatal", "hot", false],
  ] as const
) {
  Deno.test(`matchesFilter() ${expected ? "shows" : "hides"} a warning for level ${minLevel}, text "${text}"`, () => {
    assertEquals(matchesFilter(LINE, { minLevel, text }), expected);
  });
}

Deno.test("matchesFilter() shows lines of an unknown level", () => {
  assertEquals(matchesFilter({ ...LINE, level: "unknown" }, { minLevel: "fatal", text: "" }), true);
});
