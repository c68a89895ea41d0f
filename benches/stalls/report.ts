// The tables of the stall scenarios.

import { type Series, spread } from "../e2e/series.ts";
import { type Section, significant } from "../e2e/table.ts";
import { STALL_MS } from "./gaps.ts";
import type { ScenarioReport } from "./measure.ts";
import type { StallScenario } from "./stall_scenario.ts";

/** All rounds of one scenario. A failed round is `undefined`. */
export interface ScenarioResult {
  scenario: Pick<StallScenario, "name" | "title">;
  rounds: Series<ScenarioReport>;
}

/** A column of the first table: its name, its explanation and its figure. */
type Column = readonly [name: string, meaning: string, figure: (report: ScenarioReport) => number | undefined];

const COLUMNS: readonly Column[] = [
  ["quiet", "the client's longest gap between two messages before the attack, in ms", (each) => each.quiet.longestMs],
  ["longest", "the same during the attack, in ms", (each) => each.stalled.longestMs],
  ["stalled", `the sum of all gaps above ${STALL_MS} ms, in ms`, (each) => each.stalled.stalledMs],
  [
    "lost",
    "1 if the client was disconnected; its last gap then lasts until the end",
    (each) => Number(!each.probeIsConnected),
  ],
  [
    "evicted",
    "clients that the server disconnected because they sent too much or read too slowly",
    (each) => each.evictedClients,
  ],
  ["idle", "the server's resident memory before the attack, in MiB", (each) => mebibytes(each.idleRssBytes)],
  ["peak", "the peak memory above that, in MiB", (each) => mebibytes(each.peakRssBytes)],
  ["fds", "additional descriptors after the attacker has disconnected", (each) => each.descriptorsLeft],
  ["stderr", "bytes printed by the server's process", (each) => each.stderrBytes],
  ["attack", "the duration of the attack, in s", (each) => each.attackMs / 1000],
  ["cpu", "CPU time of the server during the attack, in s", (each) => each.serverCpuSeconds],
  [
    "others",
    "CPU load of other programs, in cores; above 0.25, the times are not reliable",
    (each) => each.othersBusy,
  ],
];

const MEBIBYTE = 1024 ** 2;

/** The results as tables. */
export function reportStalls(results: readonly ScenarioResult[]): Section {
  const meanings = COLUMNS.map(([name, meaning]) => `- ${name}: ${meaning}`).join("\n");
  return {
    title: "Stalls",
    tables: [{
      caption:
        `A client that reads normally is subscribed to 1,000 messages a second. Medians, and ranges if the rounds differ.\n\n${meanings}`,
      columns: ["scenario", ...COLUMNS.map(([name]) => name)],
      rows: results.map(({ scenario, rounds }) => [
        scenario.name,
        ...COLUMNS.map(([_name, _meaning, figure]) => middle(rounds, figure)),
      ]),
    }, {
      caption: "The own figures of each scenario.",
      columns: ["scenario", "figure", "value", "unit"],
      rows: results.flatMap(figureRows),
    }],
  };
}

/** The figures of all rounds, in the order of the scenario. */
function figureRows({ scenario, rounds }: ScenarioResult): string[][] {
  const units = new Map(rounds.flatMap((report) => report?.figures ?? []).map(({ name, unit }) => [name, unit]));
  return Array.from(units, ([name, unit]) => [
    scenario.name,
    name,
    middle(rounds, (report) => report.figures.find((each) => each.name === name)?.value),
    unit,
  ]);
}

/** `50 (30–70)`: the median and, if the rounds differ, the range. */
function middle(rounds: Series<ScenarioReport>, figure: (report: ScenarioReport) => number | undefined): string {
  if (rounds.every((report) => report === undefined)) return "failed";
  const values = spread(rounds, figure);
  if (values === undefined) return "unknown";
  const [median, min, max] = [values.median, values.min, values.max].map(rounded);
  return min === max ? median! : `${median} (${min}–${max})`;
}

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / MEBIBYTE;
}

/** Whole numbers as they are, others to three digits. */
function rounded(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : significant(value);
}
