// Servers on a free port, and handshakes with them whatever their outcome.

import type { CLOCK, Clock } from "../../src/clock.ts";
import type { Logger } from "../../src/server/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { RawSocket, type RawSocketOptions } from "./raw_socket.ts";

/** Starts a server. */
export async function started(
  options: Partial<FoxgloveServerOptions> & { [CLOCK]?: Clock } = {},
): Promise<FoxgloveServer> {
  const server = new FoxgloveServer({ name: "test", port: 0, ...options });
  await server.start();
  return server;
}

/** A logger that keeps its lines, each with its level before it and ports left out. */
export function keptLog(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const line = (level: string) => (message: string, ...details: unknown[]) =>
    void lines.push(`${level}: ${[message, ...details].join(" ").replaceAll(/(127\.0\.0\.1):\d+/g, "$1")}`);
  return { logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }, lines };
}

/** What a server answered to a handshake. */
export interface Answer {
  status: number;
  /** The subprotocol. */
  chosen: string | null;
  body: string;
}

/** Connects with these subprotocols offered, one header line each, and returns what came back. */
export async function offer(
  server: FoxgloveServer,
  offers: readonly string[],
  more: Partial<RawSocketOptions> = {},
): Promise<Answer> {
  const headers = [...offers.map((each) => ["Sec-WebSocket-Protocol", each] as const), ...more.headers ?? []];
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, ...more, headers });
  return { status: socket.status, chosen: socket.headers.get("sec-websocket-protocol"), body: socket.body };
}
