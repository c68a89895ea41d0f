// The command-line options of all example servers: --host, --port, --help, and those of a single example.

import type { FoxgloveServer } from "../mod.ts";
import { readArguments, readHost, readPort } from "./read_arguments.ts";

/**
 * Reads the address to listen on from the command line. `--help` and invalid arguments end the process.
 *
 * @param about One line that says what the example shows.
 * @param own Further options of this example, with their defaults and one line of help each.
 */
export function listenOptions<Name extends string = never>(
  about: string,
  own: Readonly<Record<Name, { help: string; default: string }>> = {} as Record<Name, never>,
): { hostname: string; port: number } & Record<Name, string> {
  const ownOptions = Object.entries<{ help: string; default: string }>(own);
  const help: string = `${about}

Options:
${ownOptions.map(([, option]) => `  ${option.help}\n`).join("")}\
  --host <address>  address to listen on (default: 127.0.0.1); 0.0.0.0 lets other machines connect
  --port <number>   TCP port to listen on (default: 8765); 0 selects a free port
  --help            show this help`;
  const ownDefaults = Object.fromEntries(ownOptions.map(([name, option]) => [name, option.default]));
  const { host, port, ...rest } = readArguments(help, { ...ownDefaults, host: "127.0.0.1", port: "8765" });
  return { ...rest as Record<Name, string>, port: readPort(port), hostname: readHost(host) };
}

/** Starts the server until `signal` aborts, and prints its addresses. Ends the process if the port is in use. */
export async function startAndAnnounce(server: FoxgloveServer, signal: AbortSignal): Promise<void> {
  await orExit(server.start({ signal }));
  announce(server);
}

/** The codes of errors that another address avoids. */
const ADDRESS_ERRORS = ["EADDRINUSE", "EADDRNOTAVAIL", "EACCES", "ENOTFOUND"];

/**
 * Returns the result of a start. Prints one line and ends the process if it fails, for example because the port is in
 * use.
 *
 * @param explain Returns the line for the text of the error. Default: the text, with advice if the address is wrong.
 */
export async function orExit<T>(starting: Promise<T>, explain?: (reason: string) => string): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof Error) || error.name === "AbortError") throw error;
    const isAddress = "code" in error && ADDRESS_ERRORS.includes(String(error.code));
    const advice = isAddress ? "; use another --port (0 selects a free one), or another --host" : "";
    console.error(explain ? explain(error.message) : error.message + advice);
    Deno.exit(1);
  }
}

/** Prints the addresses of a server that listens. */
export function announce(server: FoxgloveServer): void {
  const url = server.url ?? "";
  console.log(`Listening on ${url}`);
  if (server.addr?.hostname === "0.0.0.0") printAddresses(server.addr.port);
  if (server.statusPageUrl) console.log(`Browser:     ${server.statusPageUrl}`);
  console.log(`Foxglove:    ${server.appUrl({ app: "foxglove" })}`);
  console.log(`Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  console.log("Press Ctrl-C to stop.");
}

/** Prints the addresses for other machines; a placeholder without the permission `--allow-sys=networkInterfaces`. */
function printAddresses(port: number): void {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
  const interfaces = state === "granted" ? Deno.networkInterfaces() : [];
  const own = interfaces.filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."));
  for (const { address } of own) console.log(`On network:  ws://${address}:${port}`);
  if (own.length === 0) console.log(`On network:  ws://<this machine's address>:${port}`);
  console.log("Every program that can reach these addresses can connect: see docs/security.md.");
}
