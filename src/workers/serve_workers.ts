// serveWorkers(): a server whose clients are spread over several threads.

import { isDeno } from "../platform.ts";
import { checkInteger } from "../server/option_checks.ts";
import type { MemberNames } from "../server/misspelled.ts";
import type { FoxgloveServerOptions } from "../server/options.ts";
import { FoxgloveServer } from "../server/server.ts";
import { MIN_RING_BYTES } from "./ring.ts";
import { workerClients } from "./worker_clients.ts";

/** Options of {@linkcode serveWorkers}: those of a server, except `path`, `fallback` and `transport`. */
export interface ServeWorkersOptions extends Omit<FoxgloveServerOptions, "path" | "fallback" | "transport"> {
  /**
   * How many workers accept clients, besides the thread of the program: 1 to 64. One for each core that is otherwise
   * idle. More are slower, and each one takes memory.
   *
   * @default {navigator.hardwareConcurrency} at most 64
   */
  workers?: number;
  /**
   * The size of the memory through which messages reach the workers, in bytes. A worker that falls farther behind loses
   * messages. Messages larger than a quarter of it take a slower way.
   *
   * @default {33_554_432} 32 MiB
   */
  ringBytes?: number;
  /** Closes the server when it aborts, also while the workers start. Default: only `close()` does. */
  signal?: AbortSignal;
}

/** A wrong number must not exhaust the memory of the machine: 64 workers take 1.1 GB. */
const MAX_WORKERS = 64;

/** The names of the options that other servers do not have. */
const OWN_NAMES: MemberNames<Omit<ServeWorkersOptions, keyof FoxgloveServerOptions>> = {
  workers: true,
  ringBytes: true,
  signal: true,
};

const CANNOT = "Cannot serve with workers";

/** Why an option of a server cannot be used. */
const REFUSED_OPTIONS = {
  path: "workers cannot share a Unix socket",
  fallback: "workers answer only requests for the server itself",
  transport: 'workers always use the transport "direct"',
} as const;

/**
 * Starts a server whose clients are spread over several workers, so that it uses more than one core. Use it for many
 * clients: with few, one process is faster.
 *
 * The server is used like any other. The program, its hooks, the sessions of clients and all limits stay in the thread
 * that calls this; the workers own the connections and the send queues. Figures of `stats()` about sending are up to 50
 * ms old. It needs Deno and Linux. The worker's module must be readable: a local copy of this package needs
 * `--allow-read`.
 *
 * @example
 * ```ts ignore
 * import { serveWorkers } from "@x/foxglove-ws/workers";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = await serveWorkers({ name: "my robot", port: 0, workers: 2 });
 * server.publish("/battery", { volts: 12.6 });
 * assertEquals(server.url?.startsWith("ws://127.0.0.1:"), true);
 * ```
 *
 * @returns The server, which already listens. Its methods `handleRequest()`, `handleUpgrade()` and `acceptSocket()`
 * throw a `TypeError`.
 * @throws {TypeError} When the platform is not Deno on Linux, or an option contradicts another one, has the wrong type
 * or cannot be used with workers.
 * @throws {RangeError} When a number is out of its range.
 * @throws {Error} When it cannot listen: see `FoxgloveServer.start()`. Also when a worker cannot start, or the
 * permission to read its module is missing.
 * @throws The signal's reason, when the signal aborts before the server listens.
 */
export async function serveWorkers(options: ServeWorkersOptions): Promise<FoxgloveServer> {
  const instead = "start several processes behind a load balancer";
  if (!isDeno()) throw new TypeError(`${CANNOT}: this needs Deno; ${instead}`);
  if (Deno.build.os !== "linux") throw new TypeError(`${CANNOT}: only Linux spreads clients over them; ${instead}`);
  for (const [name, why] of Object.entries(REFUSED_OPTIONS)) {
    if (Object.hasOwn(options, name) && options[name as keyof ServeWorkersOptions] !== undefined) {
      throw new TypeError(`${CANNOT}: "${name}" must not be set, because ${why}`);
    }
  }
  const cores = Math.min(navigator.hardwareConcurrency, MAX_WORKERS);
  const { workers = cores, ringBytes = 32 * 1024 * 1024, signal, ...others } = options;
  checkInteger("workers", workers, 1, MAX_WORKERS);
  checkInteger("ringBytes", ringBytes, MIN_RING_BYTES, 2 ** 31 - 1);
  requireModules();
  const remote = workerClients({ workers, ringBytes, ownNames: OWN_NAMES });
  const server = new FoxgloveServer({ ...others, transport: "direct", ...remote });
  await server.start(signal ? { signal } : {});
  return server;
}

/**
 * Requires the permission to read the modules of a worker. Asks the user if the process has a terminal. Without this
 * check, Deno (2.9) prints the error of each worker, although the program gets it as well.
 */
function requireModules(): void {
  const path = new URL("../", import.meta.url);
  // From JSR, the modules need no permission. A compiled program contains them.
  if (path.protocol !== "file:" || Deno.build.standalone) return;
  if (Deno.permissions.requestSync({ name: "read", path }).state === "granted") return;
  const folder = decodeURIComponent(path.pathname).slice(0, -1);
  throw new Deno.errors.NotCapable(
    `${CANNOT}: their modules require read access to "${folder}"; run again with --allow-read=${folder}`,
  );
}
