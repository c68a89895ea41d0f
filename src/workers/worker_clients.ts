// workerClients(): the option of a server whose clients are in workers.

import {
  type MountMethod,
  REMOTE_CLIENTS,
  type RemoteClients,
  type RemoteClientsOption,
} from "../server/remote_clients.ts";
import type { WorkerPort } from "./producer/worker_link.ts";
import { WorkerPool } from "./producer/worker_pool.ts";

/** Why a method of a server cannot be used. */
const REFUSALS: Readonly<Record<MountMethod, string>> = {
  handleRequest: "Cannot answer a request: the workers of this server have their own listener",
  handleUpgrade: "Cannot answer a handshake: the workers of this server have their own listener",
  acceptSocket: "Cannot accept a socket: the clients of this server belong to workers",
};

/** Options of {@linkcode workerClients}: see `ServeWorkersOptions`. */
export interface WorkerClientsOptions {
  workers: number;
  ringBytes: number;
  /** See `RemoteClients`. Default: none. */
  ownNames?: RemoteClients["ownNames"];
  /** Starts a thread. Default: a `Worker`. */
  spawn?: () => WorkerPort;
}

/** Returns the internal option with which a `FoxgloveServer` uses workers. It requires the transport `"direct"`. */
export function workerClients(
  { spawn = spawnWorker, ownNames = {}, ...options }: WorkerClientsOptions,
): RemoteClientsOption {
  return {
    [REMOTE_CLIENTS]: (server) => {
      const { open, fanOut } = new WorkerPool({ ...options, server, spawn });
      return {
        open,
        fanOut,
        ownNames,
        refuse: (method) => {
          throw new TypeError(REFUSALS[method]);
        },
      };
    },
  };
}

function spawnWorker(): WorkerPort {
  return new Worker(new URL("./worker/main.ts", import.meta.url), { type: "module" });
}
