// RequestPacer: when requests that may wait are started.

import type { QueuedKind, QueuedRequest } from "../session/effects.ts";
import { AssetLease, type AssetLeaseOptions } from "./asset_lease.ts";
import type { Connection } from "./connection.ts";
import { Turns } from "./turns.ts";

/** Options of {@linkcode RequestPacer}. */
export interface RequestPacerOptions extends Omit<AssetLeaseOptions, "reading"> {
  /** Answers a request. `lease` is for an asset, and must be ended. */
  answer: (connection: Connection, request: QueuedRequest, lease: AssetLease | undefined) => void;
}

/**
 * Starts queued requests one after the other, so that a client that asks for much neither stalls others nor fills its own outbox.
 *
 * A request that finds nothing before it is started at once. All others wait for a turn of the event loop of their own, and for room in the
 * outbox. An asset also waits until the memory of the largest asset is free.
 */
export class RequestPacer {
  readonly turns: Turns = new Turns();
  readonly #options: RequestPacerOptions;
  /** The clients of which requests are being started. */
  readonly #busy: Readonly<Record<QueuedKind, Set<Connection>>> = {
    assets: new Set(),
    parameters: new Set(),
    graph: new Set(),
  };

  readonly #reading = new Set<AssetLease>();

  constructor(options: RequestPacerOptions) {
    this.#options = options;
  }

  /** Starts the requests of a client that may be started, now or when they may. `mustWait`: the first one was not the only one. */
  async start(connection: Connection, kind: QueuedKind, mustWait = false): Promise<void> {
    const { session: { requests }, outbox } = connection;
    const busy = this.#busy[kind];
    if (busy.has(connection)) return;
    busy.add(connection);
    let waits = mustWait;
    while (requests.canStart(kind)) {
      waits ||= this.turns.isOver;
      if (waits) await this.turns.next();
      if (outbox.isCrowded) await outbox.room();
      const lease = kind === "assets" ? new AssetLease({ ...this.#options, reading: this.#reading }) : undefined;
      if (lease && !lease.isGranted) await lease.granted;
      const request = requests.start(kind);
      // The client may have left.
      if (!request) {
        lease?.end();
        break;
      }
      if (lease) this.#watch(lease, connection, request);
      this.#options.answer(connection, request, lease);
    }
    busy.delete(connection);
  }

  /** Forgets which assets are being read: the server closes. */
  close(): void {
    for (const lease of this.#reading) lease.stop();
  }

  /** Lets the client's next asset be started if this one takes too long. */
  #watch(lease: AssetLease, connection: Connection, request: QueuedRequest): void {
    lease.begin(() => {
      connection.session.requests.setOverdue(request);
      void this.start(connection, "assets", true);
    });
  }
}
