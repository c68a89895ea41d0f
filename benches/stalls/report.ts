// The tables of the stall cases.

import { type Series, spread } from "../e2e/series.ts";
import { type Section, significant } from "../e2e/table.ts";
import { STALL_MS } from "./gaps.ts";
import type { CaseReport } from "./measure.ts";
import type { StallCase } from "./stall_case.ts";

/** All rounds of one case; a round that failed has no report. */
export interface CaseResult {
  stallCase: Pick<StallCase, "name" | "title">;
  rounds: Series<CaseReport>;
}

/** A column of the table of costs: its name, what it says, and its figure. */
type Column = readonly [name: string, meaning: string, figure: (report: CaseReport) => number | undefined];

const COLUMNS: readonly Column[] = [
  ["quiet", "the client's longest gap between two messages before the attack, in ms", (each) => each.quiet.longestMs],
  ["longest", "the same during the attack, in ms", (each) => each.stalled.longestMs],
  ["stalled", `all gaps of more than ${STALL_MS} ms together, in ms`, (each) => each.stalled.stalledMs],
  ["lost", "1 if the client was disconnected; it then waits until the end", (each) => Number(!each.probeIsConnected)],
  ["evicted", "clients that the server disconnected: too much sent, too slow", (each) => each.evictedClients],
  ["idle", "the server's resident memory before the attack, in MiB", (each) => mebibytes(each.idleRssBytes)],
  ["peak", "the most memory beyond that, in MiB", (each) => mebibytes(each.peakRssBytes)],
  ["fds", "more descriptors than before, after the attacker has gone", (each) => each.descriptorsLeft],
  ["stderr", "bytes printed by the server's process", (each) => each.stderrBytes],
  ["attack", "how long it took, in s", (each) => each.attackMs / 1000],
  ["cpu", "CPU time of the server during the attack, in s", (each) => each.serverCpuSeconds],
  [
    "others",
    "CPU that other programs took, in cores; above 0.25, the times are not worth much",
    (each) => each.othersBusy,
  ],
];

const MEBIBYTE = 1024 ** 2;

/** The results as tables. */
export function reportStalls(results: readonly CaseResult[]): Section {
  const meanings = COLUMNS.map(([name, meaning]) => `- ${name}: ${meaning}`).join("\n");
  return {
    title: "Stalls",
    tables: [{
      caption:
        `A healthy client is subscribed to 1,000 messages a second. Medians, and ranges if the rounds differ.\n\n${meanings}`,
      columns: ["case", ...COLUMNS.map(([name]) => name)],
      rows: results.map(({ stallCase, rounds }) => [
        stallCase.name,
        ...COLUMNS.map(([_name, _meaning, figure]) => middle(rounds, figure)),
      ]),
    }, {
      caption: "Each case's own figures.",
      columns: ["case", "figure", "value", "unit"],
      rows: results.flatMap(figureRows),
    }],
  };
}

/** The figures of all rounds, in the order of the case. */
function figureRows({ stallCase, rounds }: CaseResult): string[][] {
  const units = new Map(rounds.flatMap((report) => report?.figures ?? []).map(({ name, unit }) => [name, unit]));
  return Array.from(units, ([name, unit]) => [
    stallCase.name,
    name,
    middle(rounds, (report) => report.figures.find((each) => each.name === name)?.value),
    unit,
  ]);
}

/** `50 (30–70)`: the median and, if the rounds differ, the range. */
function middle(rounds: Series<CaseReport>, figure: (report: CaseReport) => number | undefined): string {
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
