// Series: the values in the tables of the end-to-end benchmark.

import { assertEquals } from "@std/assert/equals";
import type { ServerKind } from "./server_kinds.ts";
import { alternate, ratio, spread } from "./series.ts";
import { significant, withSpread } from "./table.ts";

const same = (number: number) => number;

function kind(name: string, absent?: string): ServerKind {
  return { name, title: name, program: name, args: [[], []], env: {}, readsProgress: false, absent };
}

Deno.test("alternate() measures each server once in every round, and starts each round with another", async () => {
  const order: string[] = [];
  const series = await alternate("load", { rounds: 3, failures: [] }, [
    kind("a"),
    kind("b"),
    kind("gone", "not installed"),
  ], ({ name }) => {
    order.push(name);
    return Promise.resolve(order.length);
  });
  assertEquals(order, ["a", "b", "b", "a", "a", "b"]);
  assertEquals([...series], [["a", [1, 4, 5]], ["b", [2, 3, 6]]]);
});

Deno.test("alternate() continues after a failure", async () => {
  const failures: string[] = [];
  let count = 0;
  const series = await alternate("load", { rounds: 2, failures }, [kind("a")], () => {
    count += 1;
    return count === 1 ? Promise.reject(new Error("test failure")) : Promise.resolve(count);
  });
  assertEquals([...series], [["a", [undefined, 2]]]);
  assertEquals(failures, ["load, round 1 of 2: a: Error: test failure"]);
});

Deno.test("spread() ignores rounds without a figure", () => {
  assertEquals(spread([3, undefined, 1, 8], same), { median: 3, min: 1, max: 8 });
  assertEquals(spread([undefined], same), undefined);
  assertEquals(spread(undefined, same), undefined);
});

Deno.test("ratio() calculates ratios within each round", () => {
  assertEquals(ratio([2, 40, 9], [1, 10, undefined], same), { median: 3, min: 2, max: 4 });
});

Deno.test("significant() and withSpread() round to three digits", () => {
  assertEquals([185_432, 0.123456, 12, 1234].map((value) => significant(value)), ["185,000", "0.123", "12", "1,230"]);
  assertEquals(withSpread({ median: 200_000, min: 190_000, max: 210_000 }), "200,000 ±5 %");
  assertEquals(withSpread({ median: 5, min: 5, max: 5 }), "5");
});
