// Scenario: a server of NATS with a robot, edges and viewers. Disposal ends everything.

import { FoxgloveClient, type FoxgloveClientListener } from "../../src/client/mod.ts";
import {
  type NatsEdge,
  type NatsPublication,
  publishToNats,
  type PublishToNatsOptions,
  serveFromNats,
  type ServeFromNatsOptions,
} from "../../src/nats/mod.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { MS, Queue } from "../support/events.ts";
import { connectToNats, NatsServer, type NpmConnection } from "../support/nats_server.ts";
import { recordingLogger } from "../support/test_server.ts";

/** The prefix of all robots. */
export const PREFIX = "fg.robot1";

/** The age of messages and commands that is accepted, unless a test has another one: a busy machine may pause. */
const MAX_AGE_MS = 60_000;

/** A robot or an edge, with its own connection. */
interface Side {
  readonly server: FoxgloveServer;
  readonly connection: NpmConnection;
  /** The lines of its log. */
  readonly lines: string[];
}

/** A robot. */
export interface RobotSide extends Side {
  readonly publication: NatsPublication;
}

/** An edge. */
export interface EdgeSide extends Side {
  readonly edge: NatsEdge;
}

/** A message that a viewer has received. */
export interface ViewedMessage {
  readonly text: string;
  readonly timestamp: bigint;
}

/** Everything that a test starts. */
export class Scenario implements AsyncDisposable {
  readonly nats: NatsServer;
  readonly #stack = new AsyncDisposableStack();

  private constructor(nats: NatsServer) {
    this.nats = this.#stack.use(nats);
  }

  static async start(program: string): Promise<Scenario> {
    return new Scenario(await NatsServer.start(program));
  }

  /** Ends something together with the scenario. */
  use<T extends AsyncDisposable>(value: T): T {
    return this.#stack.use(value);
  }

  /** Publishes a server to NATS. `port`: of a proxy, if not that of NATS. */
  async robot(
    { port = this.nats.port, options = {}, ...init }:
      & { port?: number; options?: Partial<PublishToNatsOptions> }
      & Partial<FoxgloveServerOptions> = {},
  ): Promise<RobotSide> {
    const { logger, lines } = recordingLogger();
    const connection = await this.connect(port);
    const server = this.use(new FoxgloveServer({ name: "robot", logger, ...init }));
    const publication = await publishToNats(server, connection, { prefix: PREFIX, maxAgeMs: MAX_AGE_MS, ...options });
    return { server, connection, lines, publication: this.use(publication) };
  }

  /** Serves the robot. `port`: of a proxy, if not that of NATS. */
  async edge(
    { port = this.nats.port, ...options }: { port?: number } & Partial<ServeFromNatsOptions> = {},
  ): Promise<EdgeSide> {
    const { logger, lines } = recordingLogger();
    const connection = await this.connect(port);
    const server = this.use(new FoxgloveServer({ name: "edge", port: 0, logger }));
    await server.start();
    const edge = this.use(serveFromNats(connection, server, { prefix: PREFIX, maxAgeMs: MAX_AGE_MS, ...options }));
    return { server, connection, lines, edge };
  }

  /** Connects a client to an edge. */
  async viewer({ server }: Side, listener: FoxgloveClientListener = {}): Promise<FoxgloveClient> {
    return this.use(await FoxgloveClient.connect(server.url!, { listener, logger: false }));
  }

  /** Opens a connection to NATS. */
  async connect(port: number = this.nats.port): Promise<NpmConnection> {
    const connection = await connectToNats(port);
    this.#stack.defer(() => connection.close());
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Subscribes a viewer, when the topic is there. */
export async function view(client: FoxgloveClient, topic: string): Promise<Queue<ViewedMessage>> {
  const messages = new Queue<ViewedMessage>(`a message of ${topic}`);
  await client.waitForChannel(topic, { signal: AbortSignal.timeout(10_000 * MS) });
  client.subscribe(topic, {
    onMessage: ({ payload, timestamp }) =>
      messages.push({ text: new TextDecoder().decode(payload.subarray(0, 100)), timestamp }),
  });
  return messages;
}

/** Waits until a condition holds. Fails after some time. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt++) {
    if (attempt > 3000 * MS) throw new Error(`Still waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
