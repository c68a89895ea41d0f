// pipeHandshake(): connects a WebSocket of the page to a server, byte by byte.

import type http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { urlParts } from "../url_parts.ts";

/** The server behind the page. */
export interface ViewedServer {
  /** The URL of its WebSocket. */
  readonly url: string;
  /** Sent in the header `Authorization`. The page does not get it. */
  readonly token: string | undefined;
}

/** The headers of the handshake that the server gets from the browser. It gets neither the origin nor cookies. */
const PASSED = [
  "upgrade",
  "connection",
  "user-agent",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-protocol",
  "sec-websocket-extensions",
];
/** How long the server may take for the handshake, in ms. */
const HANDSHAKE_MS = 10_000;

/**
 * Sends the handshake to the server, and then passes all bytes on in both directions, beginning with the response.
 * Frames are not read, so this works with every subprotocol and extension. A slow browser slows the server down, as
 * without the pipe.
 */
export function pipeHandshake(
  { headers }: http.IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
  { url, token }: ViewedServer,
): void {
  const { hostname, port, path, isSecure } = urlParts(url);
  const passed = PASSED.flatMap((name) => headers[name] === undefined ? [] : [`${name}: ${headers[name]}`]);
  const authorization = token === undefined ? [] : [`authorization: Bearer ${token}`];
  const target = { host: hostname, port };
  const servername = net.isIP(hostname) === 0 ? { servername: hostname } : {};
  const server = isSecure ? tls.connect({ ...target, ...servername }) : net.connect(target);
  const timer = setTimeout(() => server.destroy(), HANDSHAKE_MS);
  const refuse = () => {
    clearTimeout(timer);
    socket.end("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  };
  // "close" follows each error. It also comes without one, for example behind a proxy.
  server.on("error", () => {});
  server.once("close", refuse);
  // The user closed the page.
  socket.once("close", () => {
    clearTimeout(timer);
    server.destroy();
  });
  server.once(isSecure ? "secureConnect" : "connect", () => {
    server.write(
      [`GET ${path} HTTP/1.1`, `host: ${new URL(url).host}`, ...passed, ...authorization, "", ""].join("\r\n"),
    );
    if (head.length > 0) server.write(head);
  });
  server.once("data", (bytes: Uint8Array) => {
    clearTimeout(timer);
    server.off("close", refuse);
    socket.write(bytes);
    join(socket, server);
  });
}

/** Passes bytes on in both directions. The end of one socket ends the other. */
function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}
