// The report of Autobahn: reads its results, and counts them for each group.

import type { Group } from "./groups.ts";

/** The outcomes of a case, in the order of the table's columns. */
export const OUTCOMES = ["OK", "non-strict", "informational", "unimplemented", "failed"] as const;
/** One of the outcomes. */
export type Outcome = typeof OUTCOMES[number];

/** The result of a case. */
export interface CaseResult {
  /** Numbers with dots, such as `6.4.1`. The first one is that of the group. */
  id: string;
  outcome: Outcome;
  /** Autobahn's two verdicts: about the messages, and about the close. */
  verdicts: readonly [behavior: string, close: string];
  /** The name of the file with the details. */
  file: string;
}

/** Autobahn's words for a case that has not failed. There are several words for a failure. */
const PASSED: Readonly<Record<string, Outcome>> = {
  OK: "OK",
  "NON-STRICT": "non-strict",
  INFORMATIONAL: "informational",
  UNIMPLEMENTED: "unimplemented",
};

/** An entry of the index of Autobahn's report. */
interface IndexEntry {
  behavior: string;
  behaviorClose: string;
  reportfile: string;
}

/**
 * Returns the results of an agent in the order of Autobahn's cases. `text`: the file `index.json` of the report.
 *
 * A case has failed if its close has failed.
 */
export function readIndex(text: string, agent: string): CaseResult[] {
  const index: Record<string, Record<string, IndexEntry>> = JSON.parse(text);
  const results = Object.entries(index[agent] ?? {}).map(([id, { behavior, behaviorClose, reportfile }]) => ({
    id,
    outcome: outcomeOf(behavior, behaviorClose),
    verdicts: [behavior, behaviorClose] as const,
    file: reportfile,
  }));
  const order = new Intl.Collator("en", { numeric: true });
  return results.sort((one, other) => order.compare(one.id, other.id));
}

/** Counts the outcomes of each group and returns the rows of a table: its head, the groups, and the sums. */
export function countOutcomes(groups: readonly Group[], results: readonly CaseResult[]): string[][] {
  const rows = groups.map(({ number, title }) => {
    const own = results.filter(({ id }) => groupOf(id) === number);
    return { name: `${number} ${title}`, results: own };
  });
  return [
    ["group", "cases", ...OUTCOMES],
    ...rows.map(({ name, results }) => rowOf(name, results)),
    rowOf("all", rows.flatMap(({ results }) => results)),
  ];
}

/** Returns a line for each group of which Autobahn has not reported all cases, because it stopped before its end. */
export function findMissing(groups: readonly Group[], results: readonly CaseResult[]): string[] {
  return groups.flatMap(({ number, cases }) => {
    const reported = results.filter(({ id }) => groupOf(id) === number).length;
    return reported === cases ? [] : [`Group ${number}: ${reported} of ${cases} cases were reported`];
  });
}

/** Returns a line about a case. `text`: the file with its details. */
export function describeCase({ id, outcome, verdicts }: CaseResult, text: string): string {
  const { description, result, resultClose }: Record<string, string> = JSON.parse(text);
  const texts = [`${result} (${verdicts[0]})`, `${resultClose} (${verdicts[1]})`];
  return oneLine(`${id} ${outcome}: ${description}: ${texts.join("; ")}`);
}

function outcomeOf(behavior: string, close: string): Outcome {
  return close === "OK" || close === "INFORMATIONAL" ? PASSED[behavior] ?? "failed" : "failed";
}

function groupOf(id: string): number {
  return Number(id.split(".")[0]);
}

function rowOf(name: string, results: readonly CaseResult[]): string[] {
  const counts = OUTCOMES.map((outcome) => results.filter((each) => each.outcome === outcome).length);
  return [name, ...[results.length, ...counts].map(String)];
}

/** Removes the line breaks and the HTML in Autobahn's texts. */
function oneLine(text: string): string {
  return text.replaceAll(/<[^>]*>|\s+/g, " ").replaceAll(/ +/g, " ").trim();
}
