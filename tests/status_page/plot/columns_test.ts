// Columns: what the samples of a line are in each pixel column.

import { assertEquals } from "@std/assert/equals";
import { Columns } from "../../../src/status_page/plot/columns.ts";
import { SampleRing } from "../../../src/status_page/plot/sample_ring.ts";

function read(samples: [timeMs: number, value: number][], columns = 3): Columns {
  const ring = new SampleRing();
  for (const [timeMs, value] of samples) ring.add(timeMs, value, 0);
  const result = new Columns();
  result.read(ring, { startMs: 100, columnMs: 10, columns });
  return result;
}

Deno.test("Columns.read() keeps the first, lowest, highest and last value of each column", () => {
  const { first, low, high, last, min, max } = read([[100, 5], [101, -3], [102, 9], [109, 4], [120, 7]]);
  assertEquals([...first], [5, NaN, 7]);
  assertEquals([...low], [-3, NaN, 7]);
  assertEquals([...high], [9, NaN, 7]);
  assertEquals([...last], [4, NaN, 7]);
  assertEquals([min, max], [-3, 9]);
});

Deno.test("Columns.read() continues the line from the sample before the span, and ignores those after it", () => {
  const { first, gap } = read([[50, 1], [90, 2], [115, 3], [130, 4]]);
  assertEquals([[...first], [...gap]], [[2, 3, NaN], [1, 0, 0]]);
});

Deno.test("Columns.read() interrupts the line where a value is not a number", () => {
  const { first, gap } = read([[100, 1], [105, NaN], [110, 3], [120, Infinity], [125, 5]]);
  assertEquals([[...first], [...gap]], [[1, 3, 5], [1, 1, 1]]);
});

Deno.test("Columns.read() forgets what it read before", () => {
  const columns = read([[100, 1], [110, 2]]);
  columns.read(new SampleRing(), { startMs: 0, columnMs: 1, columns: 2 });
  assertEquals([[...columns.first], columns.min, columns.max], [[NaN, NaN], Infinity, -Infinity]);
});
