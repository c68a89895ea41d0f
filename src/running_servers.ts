// RunningServers: the servers that a cancelled runCancellable() must close.

/** The methods of a server that a run needs. */
export interface RunningServer {
  /** Closes the server. Sending on it then throws `reason`, which ends loops that ignore the signal. */
  cancel(reason: unknown): void;
  /** Called when the run has ended. Sending on the closed server then has no effect, and no longer throws. */
  release(): void;
}

/** The servers that were started during a run and are not closed yet. */
export class RunningServers implements Disposable {
  static readonly #runs = new Set<RunningServers>();
  readonly #servers = new Set<RunningServer>();

  constructor() {
    RunningServers.#runs.add(this);
  }

  /** Adds a server to all active runs. */
  static add(server: RunningServer): void {
    for (const run of RunningServers.#runs) run.#servers.add(server);
  }

  /** Removes a server that the program has closed from all runs. */
  static remove(server: RunningServer): void {
    for (const run of RunningServers.#runs) run.#servers.delete(server);
  }

  /** Closes all servers of this run. */
  cancel(reason: unknown): void {
    for (const server of [...this.#servers]) server.cancel(reason);
  }

  /** Ends the run and releases its servers. */
  [Symbol.dispose](): void {
    RunningServers.#runs.delete(this);
    for (const server of this.#servers) server.release();
    this.#servers.clear();
  }
}
