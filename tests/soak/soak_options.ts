// SoakOptions: the command line.

import { parseArgs } from "@std/cli/parse-args";
import { readTransport, type Transport, TRANSPORTS } from "../support/transports.ts";

/** How long to run, and with which server. */
export interface SoakOptions {
  minutes: number;
  transport: Transport;
}

const HELP =
  `Runs a server with 200 channels while 50 clients connect and leave. Fails if memory grows or messages get lost.

deno task soak [options]

  --minutes <n>        duration, at least 1 (default: 2)
  --transport <name>   of the server: ${TRANSPORTS.join(" or ")} (default: ${TRANSPORTS[0]})
  --help               prints this text`;

/** Reads the command line. Returns the help text if it is requested or an option is invalid. */
export function readOptions(args: string[]): SoakOptions | { help: string; isMistake: boolean } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["minutes", "transport"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  if (flags.help) return { help: HELP, isMistake: false };
  const minutes = Number(flags.minutes ?? 2);
  const transport = readTransport(flags.transport);
  if (unknown.length > 0 || !(minutes >= 1) || !transport) return { help: HELP, isMistake: true };
  return { minutes, transport };
}
