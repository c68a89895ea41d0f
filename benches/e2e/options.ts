// BenchOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { SERVERS } from "./server_kinds.ts";

/** The scenarios, in the order in which they run. */
export const SCENARIOS = [
  "throughput",
  "turns",
  "latency",
  "load-latency",
  "stuck",
  "storm",
  "schemas",
  "json",
  "start",
  "allocator",
] as const;
/** One of the scenarios. */
export type Scenario = typeof SCENARIOS[number];

/** The scenarios and servers to measure, and how long. */
export interface BenchOptions {
  scenarios: readonly Scenario[];
  /** Names of the servers in the tables. */
  servers: readonly string[];
  /** For example `10x1024`. Empty: all. */
  loads: readonly string[];
  rounds: number;
  warmUpMs: number;
  measureMs: number;
  /** The failures so far. Scenarios add to them. */
  failures: string[];
  /** Whether to write the page and the chart, which requires a complete run. */
  writesPage: boolean;
}

const HELP = `Compares servers of the Foxglove WebSocket protocol, over loopback.

deno task bench:e2e [options]

  --rounds <n>         how often each server is measured; the tables show medians (default: 5)
  --only <a,b>         scenarios: ${SCENARIOS.join(", ")} (default: all)
  --servers <a,b>      servers: ${SERVERS.map(({ name }) => name).join(", ")} (default: all)
  --loads <a,b>        clients x payload bytes of the throughput, for example 1x64,10x1024 (default: all)
  --quick              one short round: shows that it works, but the figures are not reliable
  --help               prints this text

A complete run writes docs/performance.md and docs/performance.svg. Other runs only print.
Install the other servers first: \`deno task peers\`.`;

/** Reads the command line. Prints the help and exits if it is requested or an option is invalid. */
export function readOptions(args: string[]): BenchOptions {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["quick", "help"],
    string: ["rounds", "only", "servers", "loads"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 5));
  const scenarios = list(flags.only, SCENARIOS);
  const servers = list(flags.servers, SERVERS.map(({ name }) => name));
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !scenarios || !servers) {
    console.error(HELP);
    Deno.exit(2);
  }
  return {
    scenarios,
    servers,
    loads: flags.loads?.split(",") ?? [],
    rounds,
    warmUpMs: flags.quick ? 300 : 700,
    measureMs: flags.quick ? 500 : 1500,
    failures: [],
    writesPage: !flags.quick && [flags.only, flags.servers, flags.loads].every((filter) => filter === undefined),
  };
}

function list<Name extends string>(text: string | undefined, names: readonly Name[]): readonly Name[] | undefined {
  if (text === undefined) return names;
  const requested = text.toLowerCase().split(",");
  const found = names.filter((name) => requested.includes(name.toLowerCase()));
  return found.length === requested.length ? found : undefined;
}
