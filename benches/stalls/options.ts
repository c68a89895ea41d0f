// StallOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { readTransport, TRANSPORTS } from "../../tests/support/transports.ts";
import { SCENARIOS } from "./scenarios.ts";
import { FULL_PHASES, type MeasureOptions, QUICK_PHASES } from "./measure.ts";
import type { StallScenario } from "./stall_scenario.ts";

/** The scenarios to measure, and the output. */
export interface StallOptions extends MeasureOptions {
  scenarios: readonly StallScenario[];
  rounds: number;
  /** A file for all figures of all rounds. */
  json: string | undefined;
}

const HELP =
  `Measures how long one hostile or faulty client stalls the other clients of a server, and how much memory it costs.

deno task bench:stalls [options]

  --only <a,b>         scenarios whose names start with one of these (default: all)
  --rounds <n>         how often each scenario runs; the tables show medians (default: 1)
  --transport <name>   of the servers: ${TRANSPORTS.join(" or ")} (default: ${TRANSPORTS[0]})
  --quick              short phases before and after the attack: shows that a scenario runs, but the figures are not
                       reliable
  --json <file>        writes all figures of all rounds as JSON
  --help               prints this text

Scenarios:
${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(26)} ${title}`).join("\n")}`;

/** Reads the command line. Prints the help and exits if it is requested or an option is invalid. */
export function readOptions(args: string[]): StallOptions {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help", "quick"],
    string: ["only", "rounds", "transport", "json"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  const rounds = Number(flags.rounds ?? 1);
  const scenarios = selected(flags.only);
  const transport = readTransport(flags.transport);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !scenarios || !transport) {
    console.error(HELP);
    Deno.exit(2);
  }
  const phases = flags.quick ? QUICK_PHASES : FULL_PHASES;
  return { scenarios, rounds, phases, transport, json: flags.json };
}

function selected(only: string | undefined): readonly StallScenario[] | undefined {
  if (only === undefined) return SCENARIOS;
  const prefixes = only.split(",");
  const isKnown = prefixes.every((each) => SCENARIOS.some(({ name }) => name.startsWith(each)));
  return isKnown ? SCENARIOS.filter(({ name }) => prefixes.some((each) => name.startsWith(each))) : undefined;
}
