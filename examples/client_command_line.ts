// The command-line options of all example clients: --url or --host and --port, --help, and --topic for some.

import { ConnectionClosedError } from "../src/client/mod.ts";
import { exitWithUsageError, readArguments, readHost, readPort } from "./read_arguments.ts";

/**
 * Reads the server's URL from the command line. `--help` and invalid arguments end the process.
 *
 * @param about One line that says what the example shows.
 * @param defaults Default values of the example's own arguments. Only `topic` is supported.
 */
export function connectOptions<Own extends "topic" = never>(
  about: string,
  defaults?: Readonly<Record<Own, string>>,
): Record<"url" | Own, string> {
  const { topic }: { topic?: string } = defaults ?? {};
  const help: string = [
    about,
    "",
    "Options:",
    "  --host <address>  address of the server (default: localhost)",
    "  --port <number>   TCP port of the server (default: 8765)",
    "  --url <url>       used instead of --host and --port, such as wss://robot.local/foxglove",
    ...topic === undefined ? [] : [`  --topic <topic>   topic to use (default: ${topic})`],
    "  --help            show this help",
  ].join("\n");
  const address = { host: "localhost", port: "8765", url: "" };
  const { host, port, url, ...own } = readArguments<string>(help, { ...address, ...defaults });
  return { ...own, url: url || toUrl(readHost(host!), readPort(port!)) } as Record<"url" | Own, string>;
}

/**
 * Prints one line and ends the process, because the client cannot connect:
 * `FoxgloveClient.connect(url).catch(exitWithConnectError)`.
 */
export function exitWithConnectError(error: unknown): never {
  // The URL is not valid for a server.
  if (error instanceof TypeError) exitWithUsageError(error.message);
  if (!(error instanceof ConnectionClosedError)) throw error;
  console.error(`${error.message}; use --host, --port or --url to choose another server`);
  Deno.exit(1);
}

function toUrl(host: string, port: number): string {
  return `ws://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
