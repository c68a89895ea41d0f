// WorkerPool: starts the workers of one server, spreads its listener over them, and replaces workers that fail.

import type { Clock } from "../../clock.ts";
import { type CertificatePair, checkPair } from "../../server/certificate_pair.ts";
import type { FanOut } from "../../server/delivery/fan_out.ts";
import { loadNodePlatform } from "../../server/direct/node_platform.ts";
import type { HttpListener, OpenListener } from "../../server/http/http_listener.ts";
import type { ResolvedOptions } from "../../server/options.ts";
import type { ListenOrder, WorkerOptions } from "../messages.ts";
import { createRing, RingWriter } from "../ring.ts";
import { AcceptWatch } from "./accept_watch.ts";
import { checkFree } from "./check_free.ts";
import { LiveWorker } from "./live_worker.ts";
import type { PendingChanges } from "./remote_outbox.ts";
import type { RemoteRequestsOptions } from "./remote_requests.ts";
import { RingFanOut } from "./ring_fan_out.ts";
import type { WorkerLink, WorkerPort } from "./worker_link.ts";

/** The pause before a failed worker is replaced, and the longest one. Each is twice as long as the one before. */
const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;
/**
 * How many workers start at the same time. Creating a worker blocks this thread, so signals would not be received while
 * many are created.
 */
const STARTS_AT_ONCE = 4;
/** How often workers are asked for a sign of life. */
const PING_MS = 1000;

/** Options of {@linkcode WorkerPool}. */
export interface WorkerPoolOptions {
  /** How many workers. */
  workers: number;
  ringBytes: number;
  server: ResolvedOptions & { clock: Clock };
  /** Starts the thread of a worker. */
  spawn(): WorkerPort;
}

/** What all workers of a pool share while they listen. */
interface Listening {
  where: ListenOrder;
  readonly requests: RemoteRequestsOptions;
}

/** The place of a worker. It is empty while a failed worker is not replaced yet. */
interface Place {
  readonly name: string;
  worker: LiveWorker | undefined;
  /** The pause before the worker is replaced if it fails. */
  delayMs: number;
}

/** The workers of one server. */
export class WorkerPool {
  readonly fanOut: FanOut;
  readonly #options: WorkerPoolOptions;
  readonly #clock: Clock;
  readonly #memory: SharedArrayBuffer;
  readonly #ring: RingWriter;
  readonly #pending: PendingChanges = { count: 0 };
  readonly #places: Place[];
  readonly #links = new Set<WorkerLink>();
  readonly #watch: AcceptWatch;
  readonly #finished = Promise.withResolvers<void>();
  /** Functions that cancel the timers for replacements. */
  readonly #restarts = new Set<() => void>();
  #cancelPing: (() => void) | undefined;
  /** Whether all workers listen, or did so. */
  #isOpen = false;
  #isEnding = false;
  #lastConnection = 0;

  constructor(options: WorkerPoolOptions) {
    const { workers, ringBytes, server: { clock } } = options;
    this.#options = options;
    this.#clock = clock;
    this.#memory = createRing(ringBytes);
    this.#ring = new RingWriter(this.#memory);
    this.fanOut = new RingFanOut(this.#ring, this.#links, this.#pending);
    this.#watch = new AcceptWatch(clock, () => {
      for (const link of this.#links) link.send({ type: "listenAgain" });
    });
    this.#places = Array.from(
      { length: workers },
      (_, index) => ({ name: `Worker ${index + 1}`, worker: undefined, delayMs: MIN_DELAY_MS }),
    );
  }

  /** Starts all workers. They listen on the same port. */
  readonly open: OpenListener = async ({ hostname, port, cert, key, isLoopback, closing, ...handlers }) => {
    const pair = cert !== undefined && key !== undefined ? { cert, key } : {};
    const requests = { handlers, isLoopback, tls: cert !== undefined };
    const listening: Listening = { where: { hostname, port, ...pair }, requests };
    if (port !== 0) await checkFree(hostname, port);
    const [first, ...others] = this.#places as [Place, ...Place[]];
    const stop = () => this.#endAll();
    closing.addEventListener("abort", stop);
    try {
      closing.throwIfAborted();
      const addr = await this.#start(first, listening);
      // Keeps the host name, because the program may be allowed to use `localhost`, but not `127.0.0.1`.
      listening.where = { ...listening.where, port: addr.port };
      while (others.length > 0) {
        closing.throwIfAborted();
        await Promise.all(others.splice(0, STARTS_AT_ONCE).map((place) => this.#start(place, listening)));
      }
      this.#isOpen = true;
      this.#pingLater();
      this.#watch.start({ hostname, port: addr.port });
      return this.#listener(addr, listening);
    } catch (error) {
      for (const place of this.#places) this.#end(place, "another one has failed");
      throw error;
    } finally {
      closing.removeEventListener("abort", stop);
    }
  };

  #listener(addr: HttpListener["addr"], listening: Listening): HttpListener {
    return {
      addr,
      finished: this.#finished.promise,
      retire: () => this.#shutDown(),
      shutdown: () => this.#shutDown(),
      abandon: () => this.#endAll(),
      setCertificate: (pair) => this.#setCertificate(pair, listening),
    };
  }

  #start(place: Place, listening: Listening): ReturnType<LiveWorker["listen"]> {
    const { server, spawn } = this.#options;
    const worker = new LiveWorker(spawn(), {
      ring: this.#memory,
      worker: workerOptions(server),
      position: () => this.#ring.position,
      requests: listening.requests,
      clock: this.#clock,
      logger: server.logger,
      pending: this.#pending,
      nextConnection: () => this.#lastConnection += 1,
      onAccepted: () => this.#watch.accepted(),
      onFailed: (reason, worker) => this.#lose(place, worker, reason, listening),
    });
    place.worker = worker;
    this.#links.add(worker.link);
    return worker.listen(listening.where);
  }

  /** Disconnects the clients of a failed worker, and starts another one later. */
  #lose(place: Place, worker: LiveWorker, reason: string, listening: Listening): void {
    if (place.worker !== worker) return;
    if (worker.listeningMs > MAX_DELAY_MS) place.delayMs = MIN_DELAY_MS;
    this.#end(place, reason);
    // Before all workers have started, `open()` reports the error.
    if (this.#isEnding || !this.#isOpen) return;
    this.#options.server.logger.error(`${place.name} has failed and is replaced: ${reason}`);
    this.#restartLater(place, listening);
  }

  #end(place: Place, reason: string): void {
    const { worker } = place;
    if (!worker) return;
    place.worker = undefined;
    this.#links.delete(worker.link);
    worker.end(reason);
  }

  async #setCertificate(pair: CertificatePair, listening: Listening): Promise<boolean> {
    checkPair(loadNodePlatform().crypto, pair, "Cannot set the certificate");
    listening.where = { ...listening.where, ...pair };
    await Promise.all(this.#places.map(({ worker }) => worker?.setCertificate(pair)));
    return true;
  }

  async #shutDown(): Promise<void> {
    this.#isEnding = true;
    this.#watch.stop();
    for (const cancel of this.#restarts) cancel();
    // Pings go on, because a worker may hang.
    await Promise.all(this.#places.map(({ worker }) => worker?.shutDown()));
    this.#endAll();
  }

  /** Ends all workers at once. */
  #endAll(): void {
    this.#cancelPing?.();
    for (const place of this.#places) this.#end(place, "the server closes");
    this.#finished.resolve();
  }

  #pingLater(): void {
    this.#cancelPing = this.#clock.after(PING_MS, () => {
      for (const { worker } of this.#places) worker?.ping();
      this.#pingLater();
    });
  }

  #restartLater(place: Place, listening: Listening): void {
    const { logger } = this.#options.server;
    const cancel = this.#clock.after(place.delayMs, () => {
      this.#restarts.delete(cancel);
      const listens = this.#start(place, listening);
      const next = place.worker as LiveWorker;
      listens.then(
        () => logger.info(`${place.name} listens again`),
        (error: Error) => this.#lose(place, next, error.message, listening),
      );
    }, { keepsAlive: true });
    this.#restarts.add(cancel);
    place.delayMs = Math.min(place.delayMs * 2, MAX_DELAY_MS);
  }
}

/** Returns the options that a worker needs, without functions. */
function workerOptions(options: ResolvedOptions): WorkerOptions {
  const { handshakeTimeoutMs, maxMessageBytes, idleTimeoutMs, compression, trustedProxies } = options;
  const { maxQueuedBytes, maxQueuedMessages } = options;
  return {
    handshakeTimeoutMs,
    maxMessageBytes,
    idleTimeoutMs,
    compression,
    trustedProxies,
    maxQueuedBytes,
    maxQueuedMessages,
  };
}
