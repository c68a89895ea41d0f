// StallOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { CASES } from "./cases.ts";
import { FULL_PHASES, type Phases, QUICK_PHASES } from "./measure.ts";
import type { StallCase } from "./stall_case.ts";

/** What is measured, and where the figures go. */
export interface StallOptions {
  cases: readonly StallCase[];
  rounds: number;
  phases: Phases;
  /** A file for all figures of all rounds. */
  json: string | undefined;
}

const HELP =
  `Measures how long one hostile or clumsy client stalls the other clients of a server, and how much memory it costs.

deno task bench:stalls [options]

  --only <a,b>   cases whose names begin like one of these (default: all)
  --rounds <n>   how often each case runs; medians are shown (default: 1)
  --quick        short phases beside the attack: shows that a case runs, but the figures are not worth much
  --json <file>  writes all figures of all rounds as JSON
  --help         this text

Cases:
${CASES.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join("\n")}`;

/** Reads the command line. Prints the help and ends the program if it was asked for or an option is wrong. */
export function readOptions(args: string[]): StallOptions {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help", "quick"],
    string: ["only", "rounds", "json"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  const rounds = Number(flags.rounds ?? 1);
  const cases = selected(flags.only);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !cases) {
    console.error(HELP);
    Deno.exit(2);
  }
  return { cases, rounds, phases: flags.quick ? QUICK_PHASES : FULL_PHASES, json: flags.json };
}

function selected(only: string | undefined): readonly StallCase[] | undefined {
  if (only === undefined) return CASES;
  const beginnings = only.split(",");
  const isKnown = beginnings.every((each) => CASES.some(({ name }) => name.startsWith(each)));
  return isKnown ? CASES.filter(({ name }) => beginnings.some((each) => name.startsWith(each))) : undefined;
}
