// PageProxy: serves the status page, and connects its WebSocket to a server.

import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { textOf } from "../../error_text.ts";
import { isLoopbackName } from "../../server/address.ts";
import { Failure } from "../failure.ts";
import { pipeHandshake, type ViewedServer } from "./pipe_handshake.ts";

/** Other machines must not get the rights of the user's token. */
const HOSTNAME = "127.0.0.1";

/** The page and its header `Content-Security-Policy`. */
export interface ServedPage {
  readonly html: string;
  readonly csp: string;
}

/** An HTTP server for one user of this machine. */
export class PageProxy implements AsyncDisposable {
  readonly #page: ServedPage;
  readonly #server: ViewedServer;
  readonly #http: http.Server;
  readonly #sockets = new Set<Duplex>();

  constructor(page: ServedPage, server: ViewedServer) {
    this.#page = page;
    this.#server = server;
    this.#http = http.createServer((request, response) => this.#answer(request, response));
    this.#http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /**
   * Listens, and returns the URL of the page. Port 0 selects a free one.
   *
   * @throws {Failure} If it cannot listen.
   */
  async listen(port: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#http.once("error", (error) => reject(error));
    this.#http.listen(port, HOSTNAME, () => resolve());
    try {
      await promise;
    } catch (error) {
      throw new Failure(`Cannot listen on ${HOSTNAME}:${port}: ${textOf(error)}; use --port to choose another port`);
    }
    return `http://${HOSTNAME}:${(this.#http.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#http.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const headers: Record<string, string> = {
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    };
    const end = (status: number, type: string, text: string) => {
      const length = new TextEncoder().encode(text).length;
      response.writeHead(status, { ...headers, "content-type": `${type}; charset=utf-8`, "content-length": length });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    if (!isOwnHost(request)) return end(403, "text/plain", "Only this machine may open the page\n");
    if (request.url?.split("?")[0] !== "/") return end(404, "text/plain", "Not found\n");
    if (request.method !== "GET" && request.method !== "HEAD") {
      headers.allow = "GET, HEAD";
      return end(405, "text/plain", "Only GET is allowed\n");
    }
    const { html, csp } = this.#page;
    headers["content-security-policy"] = csp;
    end(200, "text/html", html);
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Uint8Array): void {
    socket.on("error", () => socket.destroy());
    // The pages of other sites run in the same browser, and must not use the token.
    const isOwnPage = isOwnHost(request) && request.headers.origin === `http://${request.headers.host}`;
    if (!isOwnPage) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    pipeHandshake(request, socket, head, this.#server);
  }
}

/** Whether the browser connected to a name of this machine. A name of another site can resolve to its address. */
function isOwnHost({ headers: { host = "" } }: http.IncomingMessage): boolean {
  const url = URL.parse(`http://${host}`);
  return url !== null && isLoopbackName(url.hostname);
}
