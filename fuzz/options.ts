// FuzzOptions: what the command line asks for.

import { parseArgs } from "@std/cli/parse-args";

/** The parts, in the order in which they run. */
export const PARTS = ["codec", "model", "live"] as const;
/** One of the parts. */
export type Part = typeof PARTS[number];

/** What is fuzzed, and for how long. */
export interface FuzzOptions {
  parts: readonly Part[];
  /** Of all parts together. */
  totalMs: number;
  /** uint32; the same one tries the same inputs, as far as time permits. */
  seed: number;
}

const HELP = `Looks for inputs that the codec and the server do not bear.

deno task fuzz [options]

  --minutes <n>, --seconds <n>   for how long (default: 1 minute)
  --seed <n>                     begins with this seed (default: a random one)
  --only <a,b>                   parts: ${PARTS.join(", ")} (default: all, each for the same time)
  --help                         this text

What is found is printed, made as short as possible, and kept in fuzz/findings, where the tests replay it.`;

/** Reads the command line. Returns text for the user where that is asked for or something is wrong. */
export function readOptions(args: string[]): FuzzOptions | { help: string; isMistake: boolean } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["minutes", "seconds", "seed", "only"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) return { help: HELP, isMistake: false };
  const isTimed = flags.minutes !== undefined || flags.seconds !== undefined;
  const totalMs = isTimed ? 60_000 * Number(flags.minutes ?? 0) + 1000 * Number(flags.seconds ?? 0) : 60_000;
  const seed = Number(flags.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  const parts = PARTS.filter((part) => flags.only === undefined || flags.only.split(",").includes(part));
  const isKnown = flags.only === undefined || parts.length === flags.only.split(",").length;
  const isMistake = unknown.length > 0 || !(totalMs > 0) || seed >>> 0 !== seed || !isKnown;
  return isMistake ? { help: HELP, isMistake } : { parts, totalMs, seed };
}
