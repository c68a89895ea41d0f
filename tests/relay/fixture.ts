// A robot, a relay and viewers, over real sockets.

import { CLOCK } from "../../src/clock.ts";
import { FoxgloveClient, type FoxgloveClientOptions } from "../../src/client/mod.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelId } from "../../src/protocol/ids.ts";
import type { Status } from "../../src/protocol/status.ts";
import { type Relay, relay, type RelayOptions, type RelayUpstream } from "../../src/relay/mod.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { freePort } from "../support/free_port.ts";
import { type FakeConnection, FakeServer } from "../support/fake_server.ts";
import { Queue, within } from "../support/events.ts";
import { recordingLogger, startServer } from "../support/test_server.ts";
import { TestClock } from "../support/test_clock.ts";

/** Fast retries, so that tests need not wait. */
export const FAST: Partial<RelayUpstream> = { minRetryDelayMs: 5, maxRetryDelayMs: 10 };

/** Starts a robot. `port`: that of a robot that was here before. Default: one that stays free after it. */
export function startRobot(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  return startServer({ name: "robot", port: freePort(), logger: false, ...options });
}

/** A relay with its server, and the clock of both. */
export interface RelayUnderTest extends AsyncDisposable {
  readonly server: FoxgloveServer;
  readonly relay: Relay;
  readonly clock: TestClock;
  /** The lines of the log. */
  readonly lines: readonly string[];
  /** Connects a client. */
  view(options?: FoxgloveClientOptions): Promise<Viewer>;
}

/** Starts a relay of these upstreams. */
export async function startRelay(
  upstreams: readonly (string | RelayUpstream)[],
  options: RelayOptions = {},
  serverOptions: Partial<FoxgloveServerOptions> = {},
): Promise<RelayUnderTest> {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const server = await startServer({ name: "relay", logger, ...serverOptions, [CLOCK]: clock });
  const started = relay(
    upstreams.map((each) => typeof each === "string" ? { url: each, ...FAST } : { ...FAST, ...each }),
    server,
    options,
  );
  return {
    server,
    relay: started,
    clock,
    lines,
    view: (options) => Viewer.connect(server.url!, options),
    async [Symbol.asyncDispose]() {
      await started.close();
      await server.close();
    },
  };
}

/** A client that remembers what it received. */
export class Viewer implements AsyncDisposable {
  readonly client: FoxgloveClient;
  readonly added: Queue<Channel>;
  readonly removed: Queue<Channel>;
  readonly statuses: Queue<Status>;
  readonly infos: readonly string[][];

  private constructor(client: FoxgloveClient, parts: Pick<Viewer, "added" | "removed" | "statuses" | "infos">) {
    this.client = client;
    this.added = parts.added;
    this.removed = parts.removed;
    this.statuses = parts.statuses;
    this.infos = parts.infos;
  }

  static async connect(url: string, options: FoxgloveClientOptions = {}): Promise<Viewer> {
    const added = new Queue<Channel>("a channel");
    const removed = new Queue<Channel>("an end of a channel");
    const statuses = new Queue<Status>("a status");
    const infos: string[][] = [];
    const client = await FoxgloveClient.connect(url, {
      logger: false,
      reconnect: false,
      listener: {
        onServerInfo: (_client, { capabilities }) => void infos.push([...capabilities]),
        onAdvertise: (_client, channels) => channels.forEach((channel) => added.push(channel)),
        onUnadvertise: (_client, channels) => channels.forEach((channel) => removed.push(channel)),
        onStatus: (_client, status) => statuses.push(status),
      },
      ...options,
    });
    return new Viewer(client, { added, removed, statuses, infos });
  }

  /** Waits for a channel. */
  channel(topic: string): Promise<Channel> {
    return within(this.client.waitForChannel(topic), `channel ${topic}`);
  }

  /** Subscribes. The queue gets the payloads as text. */
  subscribe(topic: string): Queue<string> & Disposable {
    const queue = new Queue<string>(`a message of ${topic}`);
    const subscription = this.client.subscribe(topic, {
      onMessage: ({ payload }) => queue.push(new TextDecoder().decode(payload)),
    });
    return Object.assign(queue, { [Symbol.dispose]: () => subscription.close() });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.close();
  }
}

/** A server that says whatever a test wants, and its first connection. */
export interface Hostile {
  readonly fake: FakeServer;
  readonly peer: FakeConnection;
}

/** Adds such a server to a relay. */
export async function addHostile(
  relay: Relay,
  name: string,
  options: Partial<RelayUpstream> = {},
): Promise<Hostile> {
  const fake = new FakeServer();
  const { createWebSocket } = fake.options();
  relay.add({
    ...FAST,
    url: "ws://robot:8765",
    name,
    createWebSocket: (url, subprotocols) => closing(createWebSocket!(url, subprotocols) as FakeConnection),
    ...options,
  });
  const peer = await fake.next();
  peer.accepts();
  return { peer, fake };
}

/** Starts a relay of such a server, which is named `robot`. */
export async function startHostile(
  options: Partial<RelayUpstream> = {},
): Promise<Hostile & { readonly relay: RelayUnderTest }> {
  const relay = await startRelay([]);
  return { relay, ...await addHostile(relay.relay, "robot", options) };
}

/** Makes a fake connection answer a close at once, so that nothing waits for the time limit of a client. */
export function closing(connection: FakeConnection): FakeConnection {
  connection.close = () => connection.leaves(1000);
  return connection;
}

/** Waits until a condition holds. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const wait = async () => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await within(wait(), what);
}

/** Returns how many clients are subscribed to a channel, or to the first one. */
export function subscribersOf(server: FoxgloveServer, id?: ChannelId): number {
  return server.stats().channels.find((each) => id === undefined || each.channel.id === id)?.subscribers ?? 0;
}
