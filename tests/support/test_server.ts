// Starts servers on a free port, and sends them handshakes.

import type { CLOCK, Clock } from "../../src/clock.ts";
import type { Logger } from "../../src/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
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
