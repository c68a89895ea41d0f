// Scales: ranges between round numbers, and labels.

import { assertEquals } from "@std/assert/equals";
import { gridLabels, gridValues, timeStep, valueRange } from "../../../src/status_page/plot/scale.ts";

for (
  const [min, max, expected] of [
    [0, 1, { low: 0, high: 1, step: 0.5 }],
    [-1, 1, { low: -1, high: 1, step: 1 }],
    [11.86, 11.99, { low: 11.85, high: 12, step: 0.05 }],
    [48, 48, { low: 46, high: 50, step: 2 }],
    [0, 0, { low: -0.5, high: 0.5, step: 0.5 }],
    [Infinity, -Infinity, { low: 0, high: 1, step: 0.5 }],
  ] as const
) {
  Deno.test(`valueRange(${min}, ${max}) is a range between round numbers`, () => {
    const { low, high, step } = valueRange(min, max, 3);
    const round = (value: number) => Number(value.toPrecision(10));
    assertEquals({ low: round(low), high: round(high), step: round(step) }, expected);
  });
}

Deno.test("valueRange() is finite for the largest numbers", () => {
  const { low, high, step } = valueRange(-Number.MAX_VALUE, Number.MAX_VALUE, 3);
  assertEquals([step > 0, Number.isFinite(step), gridValues({ low, high, step }).length <= 21], [true, true, true]);
});

Deno.test("gridLabels() has as many digits as the step", () => {
  const labels = (low: number, high: number, step: number) => {
    const range = { low, high, step };
    return gridLabels(gridValues(range), range);
  };
  assertEquals(labels(11.85, 12, 0.05), ["11.85", "11.90", "11.95", "12.00"]);
  assertEquals(labels(-1, 1, 1), ["-1", "0", "1"]);
  assertEquals(labels(0, 4e6, 2e6), ["0", "2.00e6", "4.00e6"]);
  assertEquals(labels(1.7e18, 1.7e18 + 2e10, 1e10), ["+0", "+1.00e10", "+2.00e10"]);
});

Deno.test("timeStep() leaves room for the labels", () => {
  assertEquals([timeStep(5, 6), timeStep(15, 4), timeStep(60, 3), timeStep(300, 3), timeStep(1000, 1)], [
    1,
    5,
    30,
    120,
    1000,
  ]);
});
