// Plain requests for the status page, with any headers, over a connection of their own.

import type { FoxgloveServer } from "../../../src/server/server.ts";
import { RawSocket, type RawSocketOptions } from "../../support/raw_socket.ts";

/** A response, without the name of its connection. */
export interface PlainResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** A server that listens. */
export type Listening = Pick<FoxgloveServer, "addr">;

/** A plain request. `fetch()` does not allow a header `Host`. */
export type PlainRequest = Partial<Omit<RawSocketOptions, "omit" | "answersPings">>;

/** Sends a request to a server that listens, and returns the response. */
export async function ask(server: Listening, path: string, request: PlainRequest = {}): Promise<PlainResponse> {
  using socket = await RawSocket.connect({
    port: server.addr?.port ?? 0,
    path,
    ...request,
    omit: ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"],
  });
  const { status, headers, body } = socket;
  return { status, headers, body };
}

/** The same, and returns only the status. */
export async function statusOf(server: Listening, path: string, request?: PlainRequest): Promise<number> {
  return (await ask(server, path, request)).status;
}
