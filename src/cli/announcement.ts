// announce(): prints where a server of a command listens, and how apps connect to it.

import { firstLineOf } from "../error_text.ts";
import { isLoopbackHostname } from "../server/address.ts";
import type { FoxgloveServer } from "../server/server.ts";
import type { OptionInit } from "./command.ts";
import { Failure, usageError } from "./failure.ts";
import type { Output } from "./output.ts";
import { ownAddresses } from "./own_addresses.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 8765;
/** The addresses that stand for all networks of the machine. */
export const ANY_ADDRESS: readonly string[] = ["0.0.0.0", "::", "[::]"];

/** The options of commands with a server of their own. */
export const LISTEN_OPTIONS: {
  readonly host: OptionInit & { readonly type: "text" };
  readonly port: OptionInit & { readonly type: "number" };
} = {
  host: { type: "text", value: "ADDRESS", help: `the address to listen on (default: ${DEFAULT_HOST})` },
  port: {
    type: "number",
    short: "p",
    help: `the port to listen on; 0 selects a free one (default: ${DEFAULT_PORT})`,
  },
};

/** The permissions of Deno that these commands need. */
export const LISTEN_PERMISSIONS: readonly string[] = ["--allow-net=HOST", "--allow-sys=networkInterfaces"];

/** The address of a server. */
export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
}

/** Returns the address of the options. Throws a `Failure` if the port is invalid. */
export function listenAddress(
  { host = DEFAULT_HOST, port = DEFAULT_PORT }: {
    readonly host: string | undefined;
    readonly port: number | undefined;
  },
): ListenAddress {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usageError(`--port: ${port} is not a port`);
  return { hostname: host, port };
}

/**
 * Starts a server, and prints its address: as lines, or as one object. Throws a `Failure` if it cannot listen. `risk`:
 * what every program can do that reaches the server, such as "control the robot"; absent if a token protects it.
 */
export async function startAndAnnounce(
  server: FoxgloveServer,
  { hostname, port }: ListenAddress,
  { isJson, output, signal }: { readonly isJson: boolean; readonly output: Output; readonly signal: AbortSignal },
  risk?: string,
): Promise<void> {
  try {
    await server.start({ signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure(
      `${firstLineOf(error)}; use another --port (0 selects a free one), or another --host`,
    );
  }
  const isOpen = ANY_ADDRESS.includes(hostname);
  const announcement = {
    url: server.url ?? "",
    port: server.addr?.port ?? port,
    addresses: isOpen ? ownAddresses().map((own) => `ws://${own}:${server.addr?.port}`) : [],
    page: server.statusPageUrl,
    foxglove: server.appUrl({ app: "foxglove" }),
  };
  if (isJson) output.json(announcement);
  else printLines(announcement, isOpen, output);
  if (risk !== undefined && !isLoopbackHostname(hostname)) {
    output.note(`Warning: every program that can reach this address can ${risk}`);
  }
}

/** Where a server listens. */
interface Announcement {
  readonly url: string;
  readonly port: number;
  /** The URLs for other machines. */
  readonly addresses: readonly string[];
  /** The status page; `undefined` if browsers on this machine do not see it. */
  readonly page: string | undefined;
  /** The link that opens Foxglove. */
  readonly foxglove: string;
}

/** `isOpen`: whether other machines can connect. */
function printLines({ url, port, addresses, page, foxglove }: Announcement, isOpen: boolean, output: Output): void {
  output.line(`Listening on ${output.style("bold", url)}`);
  for (const address of addresses) output.line(`On network:  ${address}`);
  if (isOpen && addresses.length === 0) output.line(`On network:  port ${port} of this machine's addresses`);
  if (page) output.line(`Browser:     ${page}`);
  output.line(`Foxglove:    ${foxglove}`);
  output.line(`Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
}
