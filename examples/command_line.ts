// The command line that all examples have: --host, --port, --help.

import { parseArgs } from "@std/cli/parse-args";
import type { FoxgloveServer } from "../mod.ts";

/**
 * Reads where to listen from the command line. `--help` and a wrong argument end the process.
 *
 * @param about One line that says what the example shows.
 */
export function listenOptions(about: string): { hostname: string; port: number } {
  const help: string = `${about}

Options:
  --host <address>  where to listen (0.0.0.0: on all of this machine's IPv4 addresses)
  --port <number>   TCP port, 0 for any free one (8765)
  --help            show this`;
  const unknown: string[] = [];
  // npm's habit of a "--" before a script's arguments is no argument.
  const given = Deno.args[0] === "--" ? Deno.args.slice(1) : Deno.args;
  const args = parseArgs(given, {
    string: ["host", "port"],
    boolean: ["help"],
    default: { host: "0.0.0.0", port: "8765" },
    unknown: (argument: string) => void unknown.push(argument),
  });
  if (args.help) {
    console.log(help);
    Deno.exit(0);
  }
  if (unknown.length > 0) complain(`unknown argument "${unknown[0]}"`);
  if (args.port === "") complain("--port needs a number");
  if (!/^\d+$/.test(args.port) || Number(args.port) > 65_535) {
    complain(`"${args.port}" is no port, which is 0 to 65535`);
  }
  if (args.host === "") complain("--host needs an address");
  return { hostname: args.host, port: Number(args.port) };
}

/** Starts the server until `signal` aborts, and prints where it can be opened. A port that is taken ends the process. */
export function startAndAnnounce(server: FoxgloveServer, signal: AbortSignal): void {
  try {
    server.start({ signal });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`${error.message}; --port and --host choose another place`);
    Deno.exit(1);
  }
  const url = server.url ?? "";
  console.log(`Listening on ${url}`);
  console.log(`Foxglove:    https://app.foxglove.dev/~/view?ds=foxglove-websocket&ds.url=${encodeURIComponent(url)}`);
  console.log(`Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  console.log("Ctrl-C ends it.");
}

function complain(what: string): never {
  console.error(`${what}; --help shows what there is`);
  Deno.exit(2);
}
