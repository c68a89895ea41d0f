// Plain requests for the status page, with any headers, over a connection of their own.

import { extensionPointsOf } from "../../../src/server/extensions.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import type { UpstreamFigures } from "../../../src/server/stats/upstream_figures.ts";
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

/** Adds an extension with these upstreams. Returns a function that removes it. */
export function addUpstreams(server: FoxgloveServer, ...upstreams: readonly Partial<UpstreamFigures>[]): () => void {
  const figures: UpstreamFigures = {
    name: "robot",
    isConnected: true,
    problem: undefined,
    connections: 0,
    messages: 0,
    bytes: 0,
    publishesDropped: 0,
    refused: 0,
  };
  return extensionPointsOf(server)!.add({
    hooks: {},
    sinksChanged() {},
    upstreams: () => upstreams.map((each) => ({ ...figures, ...each })),
  });
}
