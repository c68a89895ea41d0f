// Faulty servers: servers that the server of this package cannot be.

import { encodeServerMessage } from "../../src/protocol/encode.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import type { Subprotocol } from "../../src/protocol/capabilities.ts";
import type { ServerInfo } from "../../src/protocol/server_info.ts";

/** A server on 127.0.0.1 that disposal stops. */
export interface FaultyServer extends AsyncDisposable {
  /** Such as `ws://127.0.0.1:9000`. */
  readonly url: string;
}

/** A `serverInfo` without capabilities. */
export const SERVER_INFO: ServerInfo = { op: "serverInfo", name: "faulty", capabilities: [] };

/** Starts an HTTP server. */
export function startHttp(answer: (request: Request) => Response): FaultyServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  return {
    url: `ws://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Options of {@linkcode startScripted}. */
export interface ScriptOptions {
  /** Default: `foxglove.sdk.v1`. `undefined`: none. */
  subprotocol?: Subprotocol | undefined;
  /** Called when a client has received the messages. */
  onOpen?: (socket: WebSocket) => void;
  /** Called with each message of a client. */
  onMessage?: (socket: WebSocket, data: unknown) => void;
}

/** Starts a WebSocket server that accepts every client and sends these messages, whatever the client sends first. */
export function startScripted(
  messages: readonly (ServerMessage | string)[],
  options: ScriptOptions = {},
): FaultyServer {
  const { subprotocol = "subprotocol" in options ? undefined : "foxglove.sdk.v1", onOpen, onMessage } = options;
  const sockets = new Set<WebSocket>();
  const server = startHttp((request) => {
    // Deno does not select a subprotocol that the client has not offered.
    const isOffered = subprotocol !== undefined &&
      request.headers.get("sec-websocket-protocol")?.split(", ").includes(subprotocol);
    const { socket, response } = Deno.upgradeWebSocket(request, isOffered ? { protocol: subprotocol } : {});
    sockets.add(socket);
    socket.onopen = () => {
      for (const message of messages) {
        socket.send(typeof message === "string" ? message : encodeServerMessage(message));
      }
      onOpen?.(socket);
    };
    socket.onmessage = ({ data }) => onMessage?.(socket, data);
    socket.onclose = () => sockets.delete(socket);
    socket.onerror = () => {};
    return response;
  });
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
