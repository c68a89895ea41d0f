// RoundOptions: the command line of benchmarks that consist of rounds.

import { parseArgs } from "@std/cli/parse-args";

/** How often and how long to measure. */
export interface RoundOptions {
  readonly rounds: number;
  readonly measureMs: number;
  readonly transport: string;
  /** The failures so far. Each measurement adds to them. */
  readonly failures: string[];
}

/**
 * Reads `--rounds` and `--seconds`. Prints the help and exits if it is requested or an option is invalid.
 *
 * @param transports The values that `--transport` accepts. If there are none, the option does not exist.
 */
export function readRoundOptions(args: string[], help: string, transports: readonly string[] = []): RoundOptions {
  const hasTransport = transports.length > 0;
  const unknown: string[] = [];
  const flags: Record<string, unknown> = parseArgs(args, {
    boolean: ["help"],
    string: ["rounds", "seconds", ...(hasTransport ? ["transport"] : [])],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) {
    console.log(help);
    Deno.exit(0);
  }
  const [rounds, seconds, transport] = [
    Number(flags.rounds ?? 5),
    Number(flags.seconds ?? 3),
    flags.transport ?? "native",
  ];
  const isValid = Number.isInteger(rounds) && rounds > 0 && seconds > 0 && unknown.length === 0 &&
    (!hasTransport || transports.includes(String(transport)));
  if (!isValid) {
    console.error(help);
    Deno.exit(2);
  }
  return { rounds, measureMs: seconds * 1000, transport: String(transport), failures: [] };
}
