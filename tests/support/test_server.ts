// Starts servers on a free port, sends them handshakes, and waits for their statistics.

import { delay } from "@std/async/delay";
import type { CLOCK, Clock } from "../../src/clock.ts";
import type { Logger } from "../../src/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import type { ServerStats } from "../../src/server/stats/server_stats.ts";
import { RawSocket, type RawSocketOptions } from "./raw_socket.ts";
import { TRANSPORT_OPTIONS } from "./transport.ts";

/** Starts a server. */
export async function startServer(
  options: Partial<FoxgloveServerOptions> & { [CLOCK]?: Clock } = {},
): Promise<FoxgloveServer> {
  const transport = options.transport === "native" ? {} : TRANSPORT_OPTIONS;
  const server = new FoxgloveServer({ name: "test", port: 0, ...transport, ...options });
  await server.start();
  return server;
}

/** Returns a logger that stores its lines, each prefixed with its level and without ports. */
export function recordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const line = (level: string) => (message: string, ...details: unknown[]) =>
    void lines.push(`${level}: ${[message, ...details].join(" ").replaceAll(/(127\.0\.0\.1):\d+/g, "$1")}`);
  return { logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }, lines };
}

/** A server's response to a handshake. */
export interface HandshakeResponse {
  status: number;
  /** The selected subprotocol. */
  subprotocol: string | null;
  body: string;
}

/** Sends a handshake that offers these subprotocols, one header line each, and returns the response. */
export async function sendHandshake(
  server: FoxgloveServer,
  offers: readonly string[],
  more: Partial<RawSocketOptions> = {},
): Promise<HandshakeResponse> {
  const headers = [...offers.map((each) => ["Sec-WebSocket-Protocol", each] as const), ...more.headers ?? []];
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, ...more, headers });
  return { status: socket.status, subprotocol: socket.headers.get("sec-websocket-protocol"), body: socket.body };
}

/**
 * Returns the statistics as soon as they are complete, or the last ones after 5 seconds. Workers report their figures
 * 20 times per second; without workers, the first ones are complete.
 */
export async function reportedStats(
  server: FoxgloveServer,
  isComplete: (stats: ServerStats) => boolean,
): Promise<ServerStats> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const stats = server.stats();
    if (isComplete(stats)) return stats;
    await delay(50);
  }
  return server.stats();
}
