// serveFromNats(): serves robots that are published to NATS.

import { Mirror } from "../relay/mirror/mirror.ts";
import { readStats, type UpstreamStats } from "../relay/relay_stats.ts";
import { type ExtensionPoints, extensionPointsOf } from "../server/extensions.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { checkConnection, type NatsConnection } from "./nats_connection.ts";
import { NatsLink } from "./nats_link.ts";
import {
  type NatsRobot,
  type ResolvedRobot,
  resolveRobot,
  resolveServeOptions,
  SERVE,
  type ServeFromNatsOptions,
} from "./nats_options.ts";
import { NatsUpstream } from "./nats_upstream.ts";

/** The statistics of one robot on an edge. Counts begin when it was added. */
export interface NatsRobotStats extends UpstreamStats {
  /** How many messages were dropped because they were older than `maxAgeMs`. */
  readonly tooOld: number;
  /** How many messages were dropped because a part of them was lost. */
  readonly incomplete: number;
}

/** The statistics of an edge. */
export interface NatsEdgeStats {
  /** The robots, in the order in which they were added. */
  readonly robots: readonly NatsRobotStats[];
  /** The cache of assets. */
  readonly assets: {
    /** How many assets are kept. */
    readonly assets: number;
    /** Their size. */
    readonly bytes: number;
    /** How many requests were answered from the cache. */
    readonly hits: number;
    /** How many assets were requested from robots. */
    readonly misses: number;
  };
}

/** A server that serves robots from NATS: see {@linkcode serveFromNats}. */
export interface NatsEdge extends AsyncDisposable {
  /** Resolves when `close()` is done. */
  readonly closed: Promise<void>;
  /**
   * Serves another robot as well.
   *
   * @throws {TypeError} When an option is not valid, another robot has the name, or the edge is closed.
   * @throws {RangeError} When a number is out of range.
   */
  add(robot: NatsRobot): void;
  /** Removes a robot with everything that it has, by its name. Returns whether there was one. */
  remove(name: string): boolean;
  /** Returns statistics, as a new object for each call. */
  stats(): NatsEdgeStats;
  /** Removes all robots from the server. The server and the connection stay open. */
  close(): Promise<void>;
}

/**
 * Serves a robot that `publishToNats()` has published to NATS. An edge has no state of its own, so that any number of
 * edges can run behind a load balancer for TCP. Clients reconnect to another edge if theirs fails.
 *
 * The edge can start before the robot. Ids of channels stay the same when the robot starts again. Rights, limits, TLS
 * and compression for clients are those of the edge's server. The connection and the server belong to the program.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { type NatsConnection, serveFromNats } from "@x/foxglove-ws/nats";
 *
 * async function serveRobot(connection: NatsConnection): Promise<void> {
 *   const server = new FoxgloveServer({ name: "edge", hostname: "0.0.0.0", port: 8765 });
 *   serveFromNats(connection, server, { prefix: "fg.robot1" });
 *   await server.start();
 * }
 * ```
 *
 * @param server Its channels, services and hooks stay. The connection graph, and the description that `setInfo()`
 * sets, belong to the edge until it is closed.
 * @throws {TypeError} When an option is not valid, or the connection is closed.
 * @throws {RangeError} When a number is out of range.
 */
export function serveFromNats(
  connection: NatsConnection,
  server: FoxgloveServer,
  options: ServeFromNatsOptions,
): NatsEdge {
  checkConnection(CANNOT, connection);
  const points = extensionPointsOf(server);
  if (!points) throw new TypeError(`${CANNOT}: the server is not a FoxgloveServer of this copy of the package`);
  const { robot, mirror, maxUnconfirmedBytes } = resolveServeOptions(options);
  const edge = new MirrorEdge(connection, points, new Mirror(server, points, mirror), maxUnconfirmedBytes);
  edge.addChecked(robot);
  return edge;
}

const CANNOT = `Cannot ${SERVE}`;

class MirrorEdge implements NatsEdge {
  readonly #connection: NatsConnection;
  readonly #points: ExtensionPoints;
  readonly #mirror: Mirror;
  readonly #maxUnconfirmedBytes: number;
  readonly #upstreams = new Map<string, NatsUpstream>();

  constructor(connection: NatsConnection, points: ExtensionPoints, mirror: Mirror, maxUnconfirmedBytes: number) {
    this.#connection = connection;
    this.#points = points;
    this.#mirror = mirror;
    this.#maxUnconfirmedBytes = maxUnconfirmedBytes;
  }

  get closed(): Promise<void> {
    return this.#mirror.closed;
  }

  add(robot: NatsRobot): void {
    this.addChecked(resolveRobot(robot));
  }

  /** Adds a robot whose options are valid. */
  addChecked({ name, prefix, subjects, maxAgeMs }: ResolvedRobot): void {
    if (this.#mirror.isClosed) throw new TypeError(`${CANNOT}: the edge is closed`);
    if (this.#mirror.get(name)) throw new TypeError(`${CANNOT}: another robot has the name "${name}"`);
    const link = new NatsLink({
      connection: this.#connection,
      clock: this.#points.clock,
      logger: this.#points.logger,
      label: `NATS: ${name}`,
      maxUnconfirmedBytes: this.#maxUnconfirmedBytes,
    });
    const upstream = new NatsUpstream(link, subjects, maxAgeMs);
    this.#upstreams.set(name, upstream);
    this.#mirror.add({ name, prefix, upstream });
  }

  remove(name: string): boolean {
    if (!this.#mirror.get(name)) return false;
    this.#upstreams.delete(name);
    void this.#mirror.remove(name);
    return true;
  }

  stats(): NatsEdgeStats {
    const { upstreams, assets } = readStats(this.#mirror.upstreams, this.#mirror.assets);
    const robots = upstreams.map((each) => ({
      ...each,
      ...(this.#upstreams.get(each.name)?.counts ?? { tooOld: 0, incomplete: 0 }),
    }));
    return { robots, assets };
  }

  close(): Promise<void> {
    return this.#mirror.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
