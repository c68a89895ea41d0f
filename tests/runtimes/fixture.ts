// Fixture: the server driver and the clients that a case works with.

import { FoxgloveClient } from "../../src/client/client.ts";
import type { ClientSocket } from "../../src/client/client_socket.ts";
import type { FoxgloveClientListener } from "../../src/client/listener.ts";
import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { UpdateQueue } from "../../src/client/update_queue.ts";
import { SUBPROTOCOLS } from "../../src/protocol/capabilities.ts";
import type { ServerDriver } from "./server_driver.ts";
import { fromText, toText } from "./text.ts";

/** The methods of a server driver, called over HTTP. */
export type RemoteServerDriver = {
  [Name in keyof ServerDriver]: ServerDriver[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** The objects that a case works with. */
export interface Fixture {
  /** A running server. */
  server: RemoteServerDriver;
  /** The server's URL. */
  url: string;
  /** A URL at which every request gets status 400. */
  rejectingUrl: string;
  /** The URL of a server that sends only what the case sends: see `ServerDriver.sendRaw()`. */
  rawUrl: string;
  /** Creates a WebSocket that connects to this URL, as clients of this runtime do. */
  createSocket(url: string): ClientSocket;
  /** Connects a client. It is closed when the case ends. */
  connect(options?: FoxgloveClientOptions & { url?: string; signal?: AbortSignal }): Promise<FoxgloveClient>;
}

/** Functions that test one behavior each, by name. */
export type Cases = Record<string, (stage: Fixture) => Promise<void>>;

/** Calls `runCase` with a fixture of the harness at `origin`, and cleans up afterwards. */
export async function withFixture(
  origin: string,
  options: FoxgloveClientOptions,
  runCase: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const server = createRemoteDriver(origin);
  const clients: FoxgloveClient[] = [];
  const url = await server.start();
  const stage: Fixture = {
    server,
    url,
    rejectingUrl: `${origin}/refused`,
    rawUrl: `${origin}/raw`,
    createSocket(url) {
      const create = options.createWebSocket ?? ((url, subprotocols) => new WebSocket(url, subprotocols));
      return create(url, [...SUBPROTOCOLS]);
    },
    async connect({ url: other, ...more } = {}) {
      // Short delays, because the server runs on this machine.
      const client = await FoxgloveClient.connect(other ?? url, { minRetryDelayMs: 10, ...options, ...more });
      clients.push(client);
      return client;
    },
  };
  try {
    await runCase(stage);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await server.reset();
  }
}

/** Returns the arguments of each call of a hook, without the client. */
export function recordHook<Hook extends keyof FoxgloveClientListener>(
  client: FoxgloveClient,
  hook: Hook,
): UpdateQueue<HookArguments<Hook>> {
  const calls = new UpdateQueue<HookArguments<Hook>>({ maxQueued: Infinity });
  client.addListener({ [hook]: (_client: FoxgloveClient, ...args: HookArguments<Hook>) => calls.push(args) });
  return calls;
}

type HookArguments<Hook extends keyof FoxgloveClientListener> =
  Parameters<NonNullable<FoxgloveClientListener[Hook]>> extends [FoxgloveClient, ...infer Rest] ? Rest : never;

/** Returns the next item. Throws if there are no more items. */
export async function next<T>(items: AsyncIterator<T, unknown>): Promise<T> {
  const result = await items.next();
  if (result.done) throw new Error("Cannot get the next item: the iterator has ended");
  return result.value;
}

function createRemoteDriver(origin: string): RemoteServerDriver {
  const call = (name: string) => async (...args: unknown[]) => {
    const response = await fetch(`${origin}/driver`, { method: "POST", body: toText([name, args]) });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot call ${name}() of the server driver: ${text}`);
    return fromText(text);
  };
  return new Proxy({}, { get: (_target, name) => call(String(name)) }) as RemoteServerDriver;
}
