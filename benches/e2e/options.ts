// BenchOptions: what the command line asks for.

import { parseArgs } from "@std/cli/parse-args";
import { SERVERS } from "./server_kinds.ts";

/** The scenarios, in the order in which they run. */
export const SCENARIOS = ["throughput", "latency", "stuck", "storm", "start", "allocator"] as const;
/** One of the scenarios. */
export type Scenario = typeof SCENARIOS[number];

/** What is measured, and how thoroughly. */
export interface BenchOptions {
  scenarios: readonly Scenario[];
  /** Names of servers; others are left out of the tables. */
  servers: readonly string[];
  /** Such as `10x1024`; empty: all. */
  cells: readonly string[];
  rounds: number;
  warmUpMs: number;
  measureMs: number;
  /** What failed so far, for the report: a scenario adds to it. */
  failures: string[];
  /** Whether the page and the chart are written: only of a whole run. */
  writes: boolean;
}

const HELP = `Measures servers of the Foxglove WebSocket protocol against one another, on loopback.

deno task bench:e2e [options]

  --rounds <n>         how often each is measured; medians are shown (default: 5)
  --only <a,b>         scenarios: ${SCENARIOS.join(", ")} (default: all)
  --servers <a,b>      servers: ${SERVERS.map(({ name }) => name).join(", ")} (default: all)
  --cells <a,b>        clients x payload bytes of the throughput, such as 1x64,10x1024 (default: all)
  --quick              one short round: to see that it works, not how fast
  --help               this text

A run of everything writes docs/performance.md and docs/performance.svg, any other only prints.
The other servers have to be installed before, by \`deno task peers\`.`;

/** Reads the command line; prints help and ends the program where that is asked for or something is wrong. */
export function readOptions(args: string[]): BenchOptions {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["quick", "help"],
    string: ["rounds", "only", "servers", "cells"],
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
    cells: flags.cells?.split(",") ?? [],
    rounds,
    warmUpMs: flags.quick ? 300 : 700,
    measureMs: flags.quick ? 500 : 1500,
    failures: [],
    writes: !flags.quick && [flags.only, flags.servers, flags.cells].every((filter) => filter === undefined),
  };
}

function list<Name extends string>(text: string | undefined, names: readonly Name[]): readonly Name[] | undefined {
  if (text === undefined) return names;
  const wanted = text.toLowerCase().split(",");
  const found = names.filter((name) => wanted.includes(name.toLowerCase()));
  return found.length === wanted.length ? found : undefined;
}
