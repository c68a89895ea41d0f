// A server with workers whose threads a test can see and end.

import type { CLOCK, Clock } from "../../src/clock.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import type { Batch, Boot, Notice } from "../../src/workers/messages.ts";
import type { WorkerPort } from "../../src/workers/producer/worker_link.ts";
import { workerClients } from "../../src/workers/worker_clients.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";

const MODULE = new URL("../../src/workers/worker/main.ts", import.meta.url);

/** Adds a test that runs only on Linux, because other systems do not spread clients over workers. */
export function linuxTest(name: string, run: () => void | Promise<void>): void {
  Deno.test(name, { ignore: Deno.build.os !== "linux" }, run);
}

/** A thread of a server under test. */
export class ObservedWorker implements WorkerPort {
  readonly #worker = new Worker(MODULE, { type: "module" });
  /** The connections that the thread has opened and that are not closed. */
  readonly connections: Set<number> = new Set();
  onmessage: ((event: MessageEvent<Notice[]>) => void) | null = null;
  isTerminated = false;
  /** The types of all orders that the thread was given. */
  readonly orders: string[] = [];
  /** Returns whether a notice of the thread arrives. */
  passes: (notice: Notice) => boolean = () => true;

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<Notice[]>) => {
      const data = event.data.filter((notice) => this.passes(notice));
      for (const notice of data) {
        if (notice.type === "opened") this.connections.add(notice.connection);
        if (notice.type === "closed") this.connections.delete(notice.connection);
      }
      this.onmessage?.(new MessageEvent("message", { data }));
    };
  }

  set onerror(handler: ((event: ErrorEvent) => void) | null) {
    this.#worker.onerror = handler;
  }

  postMessage(message: Batch | Boot, transfer: Transferable[] = []): void {
    if ("orders" in message) this.orders.push(...message.orders.map(({ type }) => type));
    this.#worker.postMessage(message, transfer);
  }

  terminate(): void {
    this.isTerminated = true;
    this.#worker.terminate();
  }

  /** Makes the thread throw an error. */
  fail(): void {
    this.#worker.postMessage({ position: 0, bytes: 0, orders: [{ type: "nonsense" }] });
  }
}

/** Options of {@linkcode startWorkers}. */
export type WorkersOptions = Partial<FoxgloveServerOptions> & {
  [CLOCK]?: Clock;
  workers?: number;
  ringBytes?: number;
  signal?: AbortSignal;
  /** Called with each thread that was created. */
  onSpawn?: (thread: ObservedWorker) => void;
};

/** A server and its threads, those that have ended included. */
export interface WorkersFixture extends AsyncDisposable {
  readonly server: FoxgloveServer;
  readonly threads: readonly ObservedWorker[];
  /** Connects a client. */
  connect(): Promise<FoxgloveClient>;
  /** Connects clients until each thread has one. Returns one client of each thread, in the order of the threads. */
  connectToEach(): Promise<FoxgloveClient[]>;
}

/** Starts a server with workers. All clients are closed with it. */
export async function startWorkers(options: WorkersOptions = {}): Promise<WorkersFixture> {
  const { workers = 2, ringBytes = 1 << 20, signal, onSpawn, ...others } = options;
  const threads: ObservedWorker[] = [];
  const clients: FoxgloveClient[] = [];
  const spawn = () => {
    const thread = new ObservedWorker();
    threads.push(thread);
    onSpawn?.(thread);
    return thread;
  };
  const remote = workerClients({ workers, ringBytes, spawn });
  const server = new FoxgloveServer({
    name: "test",
    port: 0,
    logger: false,
    transport: "direct",
    ...others,
    ...remote,
  });
  await server.start(signal ? { signal } : {});
  const connect = async () => {
    const client = await FoxgloveClient.connect(server.url!, { reconnect: false });
    clients.push(client);
    return client;
  };
  return {
    server,
    threads,
    connect,
    async connectToEach() {
      const found: FoxgloveClient[] = [];
      // The system chooses a thread for each connection at random.
      for (let attempt = 0; attempt < 100 && Object.keys(found).length < workers; attempt++) {
        const before = threads.map(({ connections }) => connections.size);
        const client = await connect();
        const thread = threads.findIndex(({ connections }, index) => connections.size > before[index]!);
        found[thread] ??= client;
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
    },
  };
}
