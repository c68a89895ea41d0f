// The cells of the matrix: who meets whom, and what is expected of each case.

import type { ClientKind } from "./client_peer.ts";
import { NPM_CLIENT } from "./clients/npm_client.ts";
import { OUR_CLIENT } from "./clients/our_client.ts";
import { PYTHON_CLIENT } from "./clients/python_client.ts";
import { NPM_SERVER, OUR_SERVER, PYTHON_SERVER, RUST_SERVER, type ServerKind } from "./server_peer.ts";

/** Why a case does not pass. */
export type Exception =
  /** The other has no such thing: the reason. */
  | { notSupported: string }
  /** The other does it wrong: how, and what the case then fails with. */
  | { defect: string; seen: RegExp };

/** One server and one client. */
export interface Cell {
  server: ServerKind;
  client: ClientKind;
  /** On what they agree. */
  subprotocol: string;
  /** By the names of cases; all others pass. */
  exceptions: Readonly<Record<string, Exception>>;
}

const V1 = "foxglove.websocket.v1";
const SDK = "foxglove.sdk.v1";

const NO_RECONNECT: Exception = { notSupported: "the client does not reconnect automatically" };
const NO_GRAPH: Exception = { notSupported: "the server has no connection graph" };
const NO_PLAYBACK: Exception = { notSupported: "the server has no playback control" };

/** Ours with everybody. */
export const CELLS: readonly Cell[] = [
  { server: OUR_SERVER, client: OUR_CLIENT, subprotocol: SDK, exceptions: {} },
  {
    server: OUR_SERVER,
    client: NPM_CLIENT,
    subprotocol: V1,
    exceptions: { playback: { notSupported: "the client has no playback control" }, reconnect: NO_RECONNECT },
  },
  { server: OUR_SERVER, client: PYTHON_CLIENT, subprotocol: SDK, exceptions: { reconnect: NO_RECONNECT } },
  {
    server: NPM_SERVER,
    client: OUR_CLIENT,
    subprotocol: V1,
    exceptions: {
      "connection graph": NO_GRAPH,
      "connection graph: last publisher": NO_GRAPH,
      playback: NO_PLAYBACK,
      "session reset": { notSupported: "the server cannot change its session id" },
    },
  },
  {
    server: PYTHON_SERVER,
    client: OUR_CLIENT,
    subprotocol: V1,
    exceptions: {
      "failing services": { defect: "the server never answers a call that fails", seen: /Nothing came within/ },
      assets: { notSupported: "the server does not support assets" },
      "connection graph": NO_GRAPH,
      "connection graph: last publisher": NO_GRAPH,
      playback: NO_PLAYBACK,
    },
  },
  {
    server: RUST_SERVER,
    client: OUR_CLIENT,
    subprotocol: SDK,
    exceptions: {
      "connection graph: last publisher": {
        defect: "the server does not report that a topic lost its last publisher",
        seen: /Values are not equal/,
      },
    },
  },
];

/** Such as "our client meets npm's server". */
export function titleOf({ server, client }: Cell): string {
  return `${client.name} meets ${server.name}`;
}
