/**
 * A relay: one connection to each robot, and as many viewers as its own server allows. It serves robots of any
 * implementation, several of them under prefixes, and robots that connect to it.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { relay } from "@x/foxglove-ws/relay";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "fleet", port: 0 });
 * await server.start();
 * await using fleet = relay([
 *   { url: "ws://127.0.0.1:9", prefix: "/robot1" },
 *   { url: "ws://127.0.0.1:9", prefix: "/robot2" },
 * ], server);
 * assertEquals(fleet.stats().upstreams.map(({ name }) => name), ["robot1", "robot2"]);
 * ```
 *
 * @module
 */

export type { ClientSocket, FoxgloveClientOptions } from "../client/mod.ts";
export type { SocketEvent, WebSocketLike } from "../web_socket_like.ts";
export type { NamePattern } from "../name_patterns.ts";
export type { Subprotocol } from "../protocol/capabilities.ts";
export type { ChannelPolicyInit, Delivery, LatchOptions } from "../server/delivery/channel_policy.ts";
export type { Identity } from "../server/identity.ts";
export type { Rights } from "../session/rights.ts";
export type { FoxgloveServer } from "../server/server.ts";
export type { UpstreamFigures } from "../server/stats/upstream_figures.ts";
export type { RelayOptions } from "./options.ts";
export { type Relay, relay } from "./relay.ts";
export { connectToRelay, type RelayConnection, type RelayConnectionOptions } from "./relay_connection.ts";
export type { RelayStats, UpstreamStats } from "./relay_stats.ts";
export type { AcceptedUpstream, RelayUpstream, UpstreamClientOptions, UpstreamNames } from "./upstream_options.ts";
