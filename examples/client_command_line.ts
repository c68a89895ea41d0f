// The command line that all example clients have: --url or --host and --port, --help, and --topic for some.

import { ConnectionClosedError } from "../src/client/mod.ts";
import { complain, readArguments, readHost, readPort } from "./read_arguments.ts";

/**
 * Reads from the command line where to connect. `--help` and a wrong argument end the process.
 *
 * @param about One line that says what the example shows.
 * @param defaults Those of the example's own arguments; `topic` is the only one.
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
    "  --host <address>  the machine that the server runs on (localhost)",
    "  --port <number>   its TCP port (8765)",
    "  --url <url>       instead of both, such as wss://robot.local/foxglove",
    ...topic === undefined ? [] : [`  --topic <topic>   which topic (${topic})`],
    "  --help            show this",
  ].join("\n");
  const places = { host: "localhost", port: "8765", url: "" };
  const { host, port, url, ...own } = readArguments<string>(help, { ...places, ...defaults });
  return { ...own, url: url || toUrl(readHost(host!), readPort(port!)) } as Record<"url" | Own, string>;
}

/** Ends the process in one line when a client could not connect; `FoxgloveClient.connect(url).catch(giveUp)`. */
export function giveUp(error: unknown): never {
  // No URL of a server.
  if (error instanceof TypeError) complain(error.message);
  if (!(error instanceof ConnectionClosedError)) throw error;
  console.error(`${error.message}; --host, --port and --url choose another server`);
  Deno.exit(1);
}

function toUrl(host: string, port: number): string {
  return `ws://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
