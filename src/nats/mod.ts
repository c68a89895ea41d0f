/**
 * Robots and viewers over NATS: `publishToNats()` on the robot, and `serveFromNats()` on any number of edges. Each side
 * takes a connection that the program has opened, for example with npm's `@nats-io/transport-node`. NATS needs
 * JetStream, and version 2.9 or newer.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { type NatsConnection, publishToNats, serveFromNats } from "@x/foxglove-ws/nats";
 *
 * // On the robot.
 * async function publishRobot(robot: FoxgloveServer, connection: NatsConnection): Promise<void> {
 *   await publishToNats(robot, connection, { prefix: "fg.robot1" });
 * }
 *
 * // On each edge.
 * async function serveRobot(connection: NatsConnection): Promise<void> {
 *   const edge = new FoxgloveServer({ name: "edge" });
 *   serveFromNats(connection, edge, { prefix: "fg.robot1" });
 *   await edge.start();
 * }
 * ```
 *
 * @module
 */

export type { NamePattern } from "../name_patterns.ts";
export type { RelayOptions } from "../relay/options.ts";
export type { UpstreamStats } from "../relay/relay_stats.ts";
export type { ChannelPolicyInit, Delivery, LatchOptions } from "../server/delivery/channel_policy.ts";
export type { Identity } from "../server/identity.ts";
export type { FoxgloveServer } from "../server/server.ts";
export type { UpstreamFigures } from "../server/stats/upstream_figures.ts";
export type { Rights } from "../session/rights.ts";
export type { NatsConnection, NatsMessage } from "./nats_connection.ts";
export type { NatsRobot, PublishToNatsOptions, ServeFromNatsOptions } from "./nats_options.ts";
export type { NatsPublication, NatsPublicationStats } from "./nats_publication.ts";
export { publishToNats } from "./publish_to_nats.ts";
export { type NatsEdge, type NatsEdgeStats, type NatsRobotStats, serveFromNats } from "./serve_from_nats.ts";
