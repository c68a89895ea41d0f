// The stall benchmark: its calculations, and a run of one scenario.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { IMPORT_MAP } from "../../tests/support/import_map.ts";
import { Program } from "../../tests/support/program.ts";
import { Gaps } from "./gaps.ts";
import type { ScenarioReport } from "./measure.ts";
import { reportStalls } from "./report.ts";

const BENCH = new URL("../stalls.ts", import.meta.url).href;

function gapsOf(arrivals: readonly number[], end: number) {
  const gaps = new Gaps(0);
  for (const arrival of arrivals) gaps.arrived(arrival);
  return gaps.end(end);
}

Deno.test("Gaps.end() sums only the gaps above the limit", () => {
  assertEquals(gapsOf([1, 21, 42, 92, 93], 95), { longestMs: 50, stalledMs: 21 + 50 });
});

Deno.test("Gaps.end() counts the time before the first and after the last message", () => {
  assertEquals(gapsOf([30], 130), { longestMs: 100, stalledMs: 130 });
  assertEquals(gapsOf([], 40), { longestMs: 40, stalledMs: 40 });
});

function scenarioReport(longestMs: number, assets: number): ScenarioReport {
  return {
    quiet: { longestMs: 3, stalledMs: 0 },
    stalled: { longestMs, stalledMs: longestMs },
    probeIsConnected: true,
    attackMs: 2000,
    idleRssBytes: 50 * 1024 ** 2,
    peakRssBytes: 0,
    descriptorsLeft: 0,
    evictedClients: 1,
    stderrBytes: 0,
    serverCpuSeconds: 1.5,
    othersBusy: undefined,
    figures: [{ name: "assets", value: assets, unit: "of 80" }],
  };
}

Deno.test("reportStalls() shows medians and ranges of the rounds, and the failed scenario", () => {
  const { tables } = reportStalls([
    { scenario: { name: "good", title: "good" }, rounds: [scenarioReport(30, 80), undefined, scenarioReport(50, 40)] },
    { scenario: { name: "bad", title: "bad" }, rounds: [undefined] },
  ]);
  const [costs, figures] = tables.map(({ columns, rows }) =>
    rows.map((row) => new Map(row.map((text, index) => [columns[index], text])))
  );
  const [good, bad] = costs!;
  assertEquals(["quiet", "longest", "lost", "idle", "peak", "others"].map((column) => good!.get(column)), [
    "3",
    "40 (30–50)",
    "0",
    "50",
    "0",
    "unknown",
  ]);
  assertEquals(bad!.get("longest"), "failed");
  assertEquals(figures!.map((row) => [...row.values()]), [["good", "assets", "60 (40–80)", "of 80"]]);
});

Deno.test("bench:stalls measures a scenario and writes its figures", async () => {
  const json = await Deno.makeTempFile();
  try {
    await using bench = new Program(
      "-A",
      ...IMPORT_MAP,
      BENCH,
      "--only",
      "host",
      "--quick",
      "--json",
      json,
      "--transport",
      "direct",
    );
    const { code, lines, stderr } = await bench.ended();
    assertEquals(code, 0, `${lines.join("\n")}\n${stderr}`);
    assertEquals(stderr.split("\n")[0], "transport direct");
    assertStringIncludes(lines.join("\n"), "- transport direct\n");
    assertStringIncludes(lines.join("\n"), "| host ");
    const { results: [{ rounds: [report] }], failures } = JSON.parse(await Deno.readTextFile(json));
    assertEquals(failures, []);
    assert(report.stalled.longestMs > 0);
    assertEquals(report.figures.reduce((sum: number, { value }: { value: number }) => sum + value, 0), 2000);
  } finally {
    await Deno.remove(json);
  }
});

for (const args of [["--only", "host,nothing"], ["--transport", "tcp"]]) {
  Deno.test(`bench:stalls prints its options if an option is invalid: ${args.join(" ")}`, async () => {
    await using bench = new Program("-A", ...IMPORT_MAP, BENCH, ...args);
    const { code, stderr } = await bench.ended();
    assertEquals(code, 2);
    assertStringIncludes(stderr, "deno task bench:stalls [options]");
  });
}
