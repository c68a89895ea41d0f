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
  --host <address>  where to listen (127.0.0.1; 0.0.0.0 lets other machines connect)
  --port <number>   TCP port, 0 for any free one (8765)
  --help            show this`;
  const { host, port } = readArguments(help, { host: "127.0.0.1", port: "8765" });
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
  if (server.addr?.hostname === "0.0.0.0") printAddresses(server.addr.port);
  console.log(`Foxglove:    https://app.foxglove.dev/~/view?ds=foxglove-websocket&ds.url=${encodeURIComponent(url)}`);
  console.log(`Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  console.log("Ctrl-C ends it.");
}

/** Prints what other machines connect to. Without `--allow-sys=networkInterfaces`, only their users know. */
function printAddresses(port: number): void {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
  const interfaces = state === "granted" ? Deno.networkInterfaces() : [];
  const own = interfaces.filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."));
  for (const { address } of own) console.log(`On network:  ws://${address}:${port}`);
  if (own.length === 0) console.log(`On network:  ws://<this machine's address>:${port}`);
  console.log("Every program that reaches these addresses can connect: see docs/security.md.");
}
