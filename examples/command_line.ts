// The command line that all example servers have: --host, --port, --help.

import type { FoxgloveServer } from "../mod.ts";
import { readArguments, readHost, readPort } from "./read_arguments.ts";

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
  const { host, port } = readArguments(help, { host: "0.0.0.0", port: "8765" });
  return { port: readPort(port), hostname: readHost(host) };
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
