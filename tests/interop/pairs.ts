// The pairs of the matrix: one server, one client, and the scenarios that do not pass with them.

import type { ClientImplementation } from "./client_driver.ts";
import { NPM_CLIENT } from "./clients/npm_client.ts";
import { OUR_CLIENT } from "./clients/our_client.ts";
import { OLDER_PYTHON_CLIENT, PYTHON_CLIENT } from "./clients/python_client.ts";
import { NPM_SERVER, OUR_SERVER, PYTHON_SERVER, RUST_SERVER, type ServerImplementation } from "./server_driver.ts";

/** Why a scenario does not pass. */
export type KnownIssue =
  /** The other implementation lacks the feature; the reason. */
  | { notSupported: string }
  /** The other implementation has a defect; its description, and the error that the scenario fails with. */
  | { defect: string; error: RegExp };

/** One server and one client. */
export interface Pair {
  server: ServerImplementation;
  client: ClientImplementation;
  /** The subprotocol that they must select. */
  subprotocol: string;
  /** By the names of scenarios. All other scenarios must pass. */
  knownIssues: Readonly<Record<string, KnownIssue>>;
}

const V1 = "foxglove.websocket.v1";
const SDK = "foxglove.sdk.v1";
const SDK_1_1 = "foxglove.sdk.v1.1";

const NO_RECONNECT: KnownIssue = { notSupported: "the client does not reconnect automatically" };
const NO_GRAPH: KnownIssue = { notSupported: "the server has no connection graph" };
const NO_PLAYBACK: KnownIssue = { notSupported: "the server has no playback control" };

/** Our server with every client, and our client with every server. */
export const PAIRS: readonly Pair[] = [
  { server: OUR_SERVER, client: OUR_CLIENT, subprotocol: SDK_1_1, knownIssues: {} },
  {
    server: OUR_SERVER,
    client: NPM_CLIENT,
    subprotocol: V1,
    knownIssues: { playback: { notSupported: "the client has no playback control" }, reconnect: NO_RECONNECT },
  },
  { server: OUR_SERVER, client: PYTHON_CLIENT, subprotocol: SDK_1_1, knownIssues: { reconnect: NO_RECONNECT } },
  { server: OUR_SERVER, client: OLDER_PYTHON_CLIENT, subprotocol: SDK, knownIssues: { reconnect: NO_RECONNECT } },
  {
    server: NPM_SERVER,
    client: OUR_CLIENT,
    subprotocol: V1,
    knownIssues: {
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
    knownIssues: {
      "failing services": { defect: "the server never answers a call that fails", error: /Nothing received within/ },
      assets: { notSupported: "the server does not support assets" },
      "connection graph": NO_GRAPH,
      "connection graph: last publisher": NO_GRAPH,
      playback: NO_PLAYBACK,
    },
  },
  {
    server: RUST_SERVER,
    client: OUR_CLIENT,
    subprotocol: SDK_1_1,
    knownIssues: {
      "connection graph: last publisher": {
        defect: "the server does not report that a topic lost its last publisher",
        error: /Values are not equal/,
      },
    },
  },
];

/** Such as "our client works with npm's server". */
export function titleOf({ server, client }: Pair): string {
  return `${client.name} works with ${server.name}`;
}
