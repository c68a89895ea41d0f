// relay(): passes on other servers to the clients of a server.

import { type ClientSocket, FoxgloveClient } from "../client/mod.ts";
import { DefaultLog } from "../client/default_log.ts";
import { type ExtensionPoints, extensionPointsOf } from "../server/extensions.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { FoxgloveUpstream } from "./foxglove_upstream.ts";
import { sendHeartbeats } from "./heartbeat.ts";
import { Mirror } from "./mirror/mirror.ts";
import { type RelayOptions, resolveRelayOptions } from "./options.ts";
import { readStats, type RelayStats } from "./relay_stats.ts";
import {
  acceptedFrom,
  type AcceptedUpstream,
  type DialedUpstream,
  type RelayUpstream,
  upstreamFrom,
} from "./upstream_options.ts";

/** A running relay: see {@linkcode relay}. */
export interface Relay extends AsyncDisposable {
  /** Resolves when `close()` is done. */
  readonly closed: Promise<void>;
  /**
   * Adds an upstream, and begins to connect to it. The relay tries again until it is closed.
   *
   * @returns The name of the upstream.
   * @throws {TypeError} When the URL or an option is not valid, another upstream has the name, or the relay is closed.
   * @throws {RangeError} When a number is out of range.
   */
  add(upstream: string | URL | RelayUpstream): string;
  /**
   * Takes a WebSocket on which a robot has connected to this process, for example through a firewall. The robot uses
   * {@linkcode connectToRelay}. If a robot of the same name was here before, it gets its channels back, with the same
   * ids. Its old socket is closed.
   *
   * The caller must have checked who the robot is: a robot with the name of another one replaces it.
   *
   * @param socket The relay owns it from now on.
   * @throws {TypeError} When an option is not valid, an upstream with a URL has the name, the prefix differs from the
   * last one, or the relay is closed. The socket is not touched then.
   * @throws {RangeError} When a number is out of range. The socket is not touched then.
   */
  accept(socket: ClientSocket, upstream: AcceptedUpstream): void;
  /** Removes an upstream with everything that it has. Returns whether there was one. */
  remove(name: string): boolean;
  /** Returns statistics, as a new object for each call. */
  stats(): RelayStats;
  /**
   * Ends all connections to upstreams, and removes everything from the server that belongs to them. Open requests of
   * clients fail. The server stays open.
   */
  close(): Promise<void>;
}

/**
 * Passes on other servers to the clients of a server: channels, services, parameters, assets, the connection graph,
 * what clients publish, time, statuses and playback. The upstreams may be servers of any implementation.
 *
 * The relay subscribes at an upstream only while a client or a sink uses a topic, and only once. The rights, limits,
 * TLS and compression for clients are those of the server. The relay starts before its upstreams can be reached, and
 * ids stay the same when an upstream restarts.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { relay } from "@x/foxglove-ws/relay";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using robot = new FoxgloveServer({ name: "robot", port: 0 });
 * await robot.start();
 * robot.addChannel({ topic: "/battery", encoding: "json" });
 *
 * await using server = new FoxgloveServer({ name: "relay", port: 0 });
 * await server.start();
 * await using _relay = relay([{ url: robot.url!, prefix: "/robot1" }], server);
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * assertEquals((await client.waitForChannel("/robot1/battery")).encoding, "json");
 * ```
 *
 * @param upstreams URLs, or objects with a URL. More can be added later.
 * @param server Its channels, services and hooks stay. The connection graph, and the description that `setInfo()`
 * sets, belong to the relay until it is closed.
 * @throws {TypeError} When an option or an upstream is not valid.
 * @throws {RangeError} When a number is out of range.
 */
export function relay(
  upstreams: readonly (string | URL | RelayUpstream)[],
  server: FoxgloveServer,
  options: RelayOptions = {},
): Relay {
  const points = extensionPointsOf(server);
  if (!points) throw new TypeError("Cannot relay: the server is not a FoxgloveServer of this copy of the package");
  const resolved = resolveRelayOptions(options);
  // Checked before anything is connected.
  const checked = upstreams.map((upstream) => upstreamFrom(upstream));
  const names = new Set<string>();
  for (const { name } of checked) {
    if (names.has(name)) throw nameTaken(name);
    names.add(name);
  }
  const started = new MirrorRelay(points, new Mirror(server, points, { ...resolved, label: "Relay" }));
  for (const upstream of checked) started.addChecked(upstream);
  return started;
}

class MirrorRelay implements Relay {
  readonly #mirror: Mirror;
  readonly #points: ExtensionPoints;
  /** The upstreams that connect by themselves. */
  readonly #accepted = new Map<string, FoxgloveUpstream>();

  constructor(points: ExtensionPoints, mirror: Mirror) {
    this.#mirror = mirror;
    this.#points = points;
  }

  get closed(): Promise<void> {
    return this.#mirror.closed;
  }

  add(upstream: string | URL | RelayUpstream): string {
    return this.addChecked(upstreamFrom(upstream));
  }

  /** Adds an upstream whose options are valid. */
  addChecked({ name, prefix, url, options }: DialedUpstream): string {
    this.#requireOpen();
    this.#requireNew(name);
    const settings = { ...options, logger: false, retryInitialConnect: true } as const;
    this.#mirror.add({
      name,
      prefix,
      upstream: new FoxgloveUpstream(
        this.#logOf(name),
        (listener, signal) => FoxgloveClient.connect(url, { ...settings, listener, signal }),
      ),
    });
    return name;
  }

  accept(socket: ClientSocket, init: AcceptedUpstream): void {
    const { name, prefix, options } = acceptedFrom(init);
    this.#requireOpen();
    const known = this.#accepted.get(name);
    if (!known) this.#requireNew(name);
    if (known && this.#mirror.get(name)?.prefix.text !== prefix.text) {
      throw new TypeError(`Cannot accept an upstream: "${name}" had another prefix; remove it first`);
    }
    const upstream = known ?? new FoxgloveUpstream(this.#logOf(name));
    if (!known) {
      this.#mirror.add({ name, prefix, upstream });
      this.#accepted.set(name, upstream);
    }
    upstream.connect(async (listener, signal) => {
      const client = await FoxgloveClient.over(socket, { ...options, logger: false, listener, signal });
      sendHeartbeats(client, socket, this.#points.clock);
      return client;
    });
  }

  remove(name: string): boolean {
    if (!this.#mirror.get(name)) return false;
    this.#accepted.delete(name);
    void this.#mirror.remove(name);
    return true;
  }

  stats(): RelayStats {
    return readStats(this.#mirror.upstreams, this.#mirror.assets);
  }

  close(): Promise<void> {
    return this.#mirror.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #requireOpen(): void {
    if (this.#mirror.isClosed) throw new TypeError("Cannot add an upstream: the relay is closed");
  }

  #requireNew(name: string): void {
    if (this.#mirror.get(name)) throw nameTaken(name);
  }

  /** Returns a log that is limited, because an upstream can cause its lines. */
  #logOf(name: string): DefaultLog {
    const { logger, clock } = this.#points;
    return new DefaultLog({
      warn: (message) => logger.warn(`Relay: ${name}: ${message.replace(/^foxglove-ws: /, "")}`),
    }, clock);
  }
}

function nameTaken(name: string): TypeError {
  return new TypeError(`Cannot add an upstream: another one has the name "${name}"; set the option "name"`);
}
