// RunningServers: which servers a cancelled runCancellable() has to close.

/** The part of a server that a run needs. */
export interface RunningServer {
  /** Closes the server. From now on sending on it throws `reason`, which ends a loop that ignores the signal. */
  cancel(reason: unknown): void;
  /** The run has ended: sending does nothing, as on any closed server. */
  release(): void;
}

/** The servers that were started while a run was active, and that are not closed yet. */
export class RunningServers implements Disposable {
  static readonly #runs = new Set<RunningServers>();
  readonly #servers = new Set<RunningServer>();

  constructor() {
    RunningServers.#runs.add(this);
  }

  /** Adds a server to all runs that are active. */
  static add(server: RunningServer): void {
    for (const run of RunningServers.#runs) run.#servers.add(server);
  }

  /** Forgets a server that was closed by the program. */
  static remove(server: RunningServer): void {
    for (const run of RunningServers.#runs) run.#servers.delete(server);
  }

  /** Closes all servers of this run. */
  cancel(reason: unknown): void {
    for (const server of [...this.#servers]) server.cancel(reason);
  }

  /** Ends the run. */
  [Symbol.dispose](): void {
    RunningServers.#runs.delete(this);
    for (const server of this.#servers) server.release();
    this.#servers.clear();
  }
}
