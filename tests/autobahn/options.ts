// AutobahnOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { type Group, GROUPS } from "./groups.ts";

/** The cases to run. */
export interface AutobahnOptions {
  groups: readonly Group[];
  /** Whether a missing Python 2.7 is not a failure. */
  isOptional: boolean;
}

const HELP = `Tests the server's own WebSocket (transport: "direct") with the conformance suite Autobahn.

deno task autobahn [options]

  --groups <1,2>   groups of cases (default: ${numbersOf(GROUPS.filter(isDefault))})
  --optional       exits with code 0 if Python 2.7 is not installed
  --help           prints this text

Groups, and how many cases they have:
${GROUPS.map(({ number, title, cases }) => `  ${String(number).padEnd(4)} ${title}: ${cases}`).join("\n")}

Autobahn requires Python 2.7 with pip, and a C compiler. It is installed into .peers/autobahn, which also gets its
report. The exit code is 1 if a case failed, is non-strict, or did not run.`;

/** Reads the command line. Returns the help text if it is requested or an option is invalid. */
export function readOptions(args: string[]): AutobahnOptions | { help: string; isMistake: boolean } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help", "optional"],
    string: ["groups"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) return { help: HELP, isMistake: false };
  const numbers = flags.groups?.split(",");
  const groups = GROUPS.filter((group) => numbers ? numbers.includes(String(group.number)) : isDefault(group));
  const isKnown = numbers === undefined || groups.length === numbers.length;
  const isMistake = unknown.length > 0 || !isKnown;
  return isMistake ? { help: HELP, isMistake } : { groups, isOptional: flags.optional };
}

function isDefault(group: Group): boolean {
  return group.isDefault ?? true;
}

function numbersOf(groups: readonly Group[]): string {
  return groups.map(({ number }) => number).join(",");
}
