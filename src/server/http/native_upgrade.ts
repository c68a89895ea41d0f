// upgradeNatively(): accepts a handshake with Deno's WebSocket.

import { SocketTransport } from "../clients/socket_transport.ts";
import type { Upgrade } from "./http_listener.ts";

/** Accepts a handshake. The socket opens when the response has been sent. */
export function upgradeNatively(request: Request, subprotocol: string | undefined, idleTimeoutMs: number): Upgrade {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: idleTimeoutMs / 1000 });
  // Set here, because upgradeWebSocket() compares its option with the whole header if that has no space after the
  // commas.
  if (subprotocol !== undefined) response.headers.set("sec-websocket-protocol", subprotocol);
  return { transport: new SocketTransport(socket), response };
}
