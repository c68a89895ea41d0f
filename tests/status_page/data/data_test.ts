// The pure parts of the page: times, numbers, rows, layouts, rates and texts.

import { assertEquals } from "@std/assert/equals";
import { hexDump } from "../../../src/status_page/data/hex_dump.ts";
import { parseLayout } from "../../../src/status_page/data/layout.ts";
import { numberAt, numbersIn, pathText } from "../../../src/status_page/data/numbers_in.ts";
import { integerText, numberText, rateText, shownText, spanText } from "../../../src/status_page/data/quantities.ts";
import { RateMeter } from "../../../src/status_page/data/rate_meter.ts";
import { TimeBase } from "../../../src/status_page/data/time_base.ts";
import { treeRows } from "../../../src/status_page/data/tree_rows.ts";

const SECOND_NS = 1_000_000_000n;

function placed(...messages: [timestampMs: number, arrivalMs: number][]): [timeMs: number, hasJumped: boolean][] {
  const base = new TimeBase();
  return messages.map(([timestampMs, arrivalMs]) => {
    const { timeMs, hasJumped } = base.place(1700n * SECOND_NS + BigInt(timestampMs) * 1_000_000n, arrivalMs);
    return [Math.round(timeMs), hasJumped];
  });
}

Deno.test("TimeBase.place() keeps the distances of timestamps when messages arrive in bursts", () => {
  assertEquals(placed([0, 1000], [10, 1050], [20, 1050], [50, 1050]), [
    [1000, false],
    [1010, false],
    [1020, false],
    [1050, false],
  ]);
});

Deno.test("TimeBase.place() uses the arrival when the clock of the server jumps", () => {
  assertEquals(placed([0, 1000], [3_600_000, 1100], [3_600_100, 1200], [-50_000, 1300]), [
    [1000, false],
    [1100, true],
    [1200, false],
    [1300, true],
  ]);
});

Deno.test("TimeBase.place() uses the arrival when all timestamps are the same", () => {
  assertEquals(placed([0, 1000], [0, 2500], [0, 9000]), [[1000, false], [2500, false], [9000, false]]);
});

Deno.test("TimeBase.place() never goes backwards", () => {
  assertEquals(placed([0, 1000], [50, 1050], [40, 1060]).map(([timeMs]) => timeMs), [1000, 1050, 1050]);
});

Deno.test("numbersIn() finds numbers at any depth, and numberAt() reads them", () => {
  const value = { a: 1, list: [{ b: 2n }, "x"], flag: true, text: "3", none: null, bytes: new Uint8Array(3) };
  const paths = numbersIn(value, 10);
  assertEquals(paths.map(pathText), ["a", "list[0].b", "flag"]);
  assertEquals(paths.map((path) => numberAt(value, path)), [1, 2, 1]);
  assertEquals(numbersIn({ a: 1, b: 2, c: 3 }, 2).length, 2);
  assertEquals([numberAt(7, []), pathText([])], [7, "value"]);
});

Deno.test("numberAt() does not read members of prototypes", () => {
  assertEquals([numberAt([1], ["length"]), numberAt({}, ["constructor", "length"])], [1, NaN]);
  assertEquals(numberAt(undefined, ["a"]), NaN);
});

Deno.test("numbersIn() and treeRows() end for values that are very deep", () => {
  let value: unknown = 1;
  for (let depth = 0; depth < 5000; depth++) value = { value };
  assertEquals(numbersIn(value, 10), []);
  const choices = { get: () => true } as unknown as ReadonlyMap<string, boolean>;
  assertEquals(treeRows(value, choices).length < 20, true);
});

Deno.test("treeRows() opens objects and short lists, and shows long lists as text", () => {
  const rows = treeRows({ pose: { x: 1.5, ok: true }, list: [1, 2, 3, 4, 5, 6, 7, 8, 9], text: "a" }, new Map());
  assertEquals(rows.map(({ id, text, isOpen }) => [id, text, isOpen]), [
    ["pose", "", true],
    ["pose.x", "1.5", undefined],
    ["pose.ok", "true", undefined],
    ["list", "[1, 2, 3, 4, 5, 6, 7, 8, … 9 items]", false],
    ["text", '"a"', undefined],
  ]);
});

Deno.test("treeRows() follows the choices of the user", () => {
  const value = { pose: { x: 1 }, list: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const rows = treeRows(value, new Map([["pose", false], ["list", true]]));
  assertEquals([rows.length, rows[0]?.text, rows[1]?.text], [11, '{"x":1}', "9 items"]);
});

Deno.test("treeRows() limits rows and texts", () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`m${index}`, { a: 1, b: 2, c: 3, d: 4, e: 5 }]),
  );
  assertEquals(treeRows(many, new Map()).length, 301);
  const [row] = treeRows({ text: "x".repeat(1_000_000) }, new Map());
  assertEquals(row!.text.length < 200, true);
});

Deno.test("parseLayout() reads what was stored, and nothing else", () => {
  const layout = {
    topics: ["/a"],
    plots: [[{ topic: "/a", path: ["list", 0] }]],
    windowSeconds: 60,
    sections: { log: true },
  };
  assertEquals(parseLayout(JSON.stringify(layout)), layout);
  assertEquals(parseLayout(JSON.stringify({ ...layout, windowSeconds: 1e9 }))?.windowSeconds, 15);
  const broken = [null, "", "{}", "[]", '{"topics":[1],"plots":[]}', '{"topics":[],"plots":[[{"topic":1}]]}'];
  assertEquals(broken.map(parseLayout), broken.map(() => undefined));
});

Deno.test("RateMeter.rate() is the mean over the last readings", () => {
  const meter = new RateMeter<string>();
  meter.read([["a", 0]], 0);
  assertEquals(meter.rate("a"), undefined);
  meter.read([["a", 10], ["b", 5]], 1000);
  assertEquals([meter.rate("a"), meter.rate("b")], [10, undefined]);
  meter.read([["a", 40], ["b", 5]], 2000);
  assertEquals([meter.rate("a"), meter.rate("b"), meter.rate("c")], [20, 0, undefined]);
  meter.reset();
  meter.read([["a", 1]], 3000);
  assertEquals(meter.rate("a"), undefined);
});

Deno.test("RateMeter.rate() is not negative when a counter begins again", () => {
  const meter = new RateMeter<string>();
  meter.read([["a", 100]], 0);
  meter.read([["a", 1]], 1000);
  assertEquals(meter.rate("a"), 0);
});

Deno.test("hexDump() shows offsets, bytes and characters, and leaves out the rest", () => {
  assertEquals(hexDump(new TextEncoder().encode("Hi\n")), "0000  48 69 0a  Hi·");
  const lines = hexDump(new Uint8Array(1000)).split("\n");
  assertEquals([lines.length, lines.at(-1)], [33, "… and 488 more bytes"]);
});

Deno.test("shownText() counts, and says whether all are shown", () => {
  const texts = [shownText(1, 1, "line"), shownText(1000, 1000, "line"), shownText(3, 1000, "line")];
  assertEquals(texts, ["1 line", "1,000 lines", "3 of 1,000 lines"]);
  assertEquals([shownText(0, 0, "line"), shownText(0, 1, "line")], ["0 lines", "0 of 1 line"]);
});

Deno.test("quantities are short", () => {
  assertEquals([1, 1000].map(integerText), ["1", "1,000"]);
  assertEquals([0, 59, 61, 3661, 90_061].map(spanText), ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]);
  assertEquals([undefined, 0, 29.97].map(rateText), ["–", "0", "30 Hz"]);
  assertEquals([1, 0.1 + 0.2, -1e-7, 1e20, 123456.789, NaN].map((value) => numberText(value)), [
    "1",
    "0.3",
    "-1.00000e-7",
    "1.00000e+20",
    "123456.8",
    "NaN",
  ]);
});
