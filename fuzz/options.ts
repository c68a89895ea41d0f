// FuzzOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { readTransport, type Transport, TRANSPORTS } from "../tests/support/transports.ts";

/** The parts, in the order in which they run. */
export const PARTS = ["codec", "protobuf", "websocket", "mcap", "mcap-file", "model", "live"] as const;
/** One of the parts. */
export type Part = typeof PARTS[number];

/** The parts to run, and for how long. */
export interface FuzzOptions {
  parts: readonly Part[];
  /** The time of all parts together. */
  totalMs: number;
  /** A uint32. The same seed generates the same inputs, as far as the time permits. */
  seed: number;
  /** The transport of the servers in the part `live`. */
  transport: Transport;
}

const HELP = `Searches for inputs that break a codec, the readers of frames and files, or the server.

deno task fuzz [options]

  --minutes <n>, --seconds <n>   total time (default: 1 minute)
  --seed <n>                     the first seed (default: random)
  --only <a,b>                   parts: ${PARTS.join(", ")} (default: all, with equal times)
  --transport <name>             of the servers in part live: ${TRANSPORTS.join(" or ")} (default: ${TRANSPORTS[0]})
  --help                         prints this text

Findings are shrunk, printed and saved in fuzz/findings. The tests replay them.`;

/** Reads the command line. Returns the help text if it is requested or an option is invalid. */
export function readOptions(args: string[]): FuzzOptions | { help: string; isMistake: boolean } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["minutes", "seconds", "seed", "only", "transport"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) return { help: HELP, isMistake: false };
  const isTimed = flags.minutes !== undefined || flags.seconds !== undefined;
  const totalMs = isTimed ? 60_000 * Number(flags.minutes ?? 0) + 1000 * Number(flags.seconds ?? 0) : 60_000;
  const seed = Number(flags.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  const parts = PARTS.filter((part) => flags.only === undefined || flags.only.split(",").includes(part));
  const isKnown = flags.only === undefined || parts.length === flags.only.split(",").length;
  const transport = readTransport(flags.transport);
  const isMistake = unknown.length > 0 || !(totalMs > 0) || seed >>> 0 !== seed || !isKnown;
  return isMistake || !transport ? { help: HELP, isMistake: true } : { parts, totalMs, seed, transport };
}
