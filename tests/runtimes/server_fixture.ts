// ServerFixture: the servers, clients and folders that a case of the server suite works with.

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FoxgloveClient } from "../../src/client/client.ts";
import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";

/** The runtimes in which the suite runs. */
export type Runtime = "Deno" | "Node" | "Bun";

/** The objects that a case works with. They are closed and removed when the case ends. */
export class ServerFixture {
  readonly runtime: Runtime;
  /** The transport of all servers. */
  readonly transport: "native" | "direct";
  readonly #cleanUp: (() => Promise<unknown>)[] = [];

  constructor(runtime: Runtime, transport: "native" | "direct") {
    this.runtime = runtime;
    this.transport = transport;
  }

  /** Starts a server on a free port. Its log is silent. */
  async start(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
    const server = this.create({ port: 0, ...options });
    await server.start();
    return server;
  }

  /** Creates a server that does not listen. */
  create(options: Partial<FoxgloveServerOptions> = {}): FoxgloveServer {
    const server = new FoxgloveServer({ name: "robot", logger: false, transport: this.transport, ...options });
    this.#cleanUp.push(() => server.close());
    return server;
  }

  /** Connects a client. */
  async connect(server: FoxgloveServer, options: FoxgloveClientOptions = {}): Promise<FoxgloveClient> {
    const client = await FoxgloveClient.connect(urlOf(server), options);
    this.#cleanUp.push(() => client.close());
    return client;
  }

  /** Creates an empty folder. Returns its path without links. */
  async folder(): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "foxglove-ws-")));
    this.#cleanUp.push(() => rm(folder, { recursive: true }));
    return folder;
  }

  async close(): Promise<void> {
    for (const each of this.#cleanUp.toReversed()) await each();
  }
}

/** Functions that test one behavior of a server each, by name. */
export type ServerCases = Record<string, (fixture: ServerFixture) => Promise<void>>;

/** The URL of a server that listens. */
export function urlOf({ url }: FoxgloveServer): string {
  if (url === undefined) throw new TypeError("Cannot use the server: it does not listen");
  return url;
}

/** The URL of a path on a server that listens. */
export function httpUrlOf(server: FoxgloveServer, path: string): string {
  return urlOf(server).replace(/^ws/, "http") + path;
}
