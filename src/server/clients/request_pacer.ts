// RequestPacer: decides when queued requests start.

import type { QueuedKind, QueuedRequest } from "../../session/effects.ts";
import { AssetLease, type AssetLeaseOptions } from "./asset_lease.ts";
import type { Connection } from "./connection.ts";
import { Turns } from "./turns.ts";

/** Options of {@linkcode RequestPacer}. */
export interface RequestPacerOptions extends Omit<AssetLeaseOptions, "reading"> {
  /** Answers a request. Assets have a `lease`, which must be ended. */
  answer: (connection: Connection, request: QueuedRequest, lease: AssetLease | undefined) => void;
}

/**
 * Starts the queued requests of clients in order, without waiting for their answers. Many requests of one client
 * neither stall other clients nor fill its own outbox.
 *
 * A request starts at once if the current turn of the event loop has some of its share left, no other request waits for
 * a turn, and the client has no unanswered request for parameters if this is one too. Otherwise it waits: each turn
 * releases one request. All requests wait for room in the outbox. An asset also waits until the budget has room for the
 * largest asset.
 */
export class RequestPacer {
  readonly turns: Turns = new Turns();
  readonly #options: RequestPacerOptions;
  /** Clients for which `start()` is running. */
  readonly #busy: Readonly<Record<QueuedKind, Set<Connection>>> = {
    assets: new Set(),
    parameters: new Set(),
    graph: new Set(),
  };

  readonly #reading = new Set<AssetLease>();

  constructor(options: RequestPacerOptions) {
    this.#options = options;
  }

  /**
   * Starts the queued requests of a client that the limits allow. `mustWait`: they must wait for a later turn of the
   * event loop.
   */
  async start(connection: Connection, kind: QueuedKind, mustWait = false): Promise<void> {
    const { session: { requests }, outbox } = connection;
    const busy = this.#busy[kind];
    if (busy.has(connection)) return;
    busy.add(connection);
    // A transport may deliver many messages before the first of them is answered, and only then its size counts against
    // the turn. Assets start one by one anyway, and the graph is sent at once.
    let waits = mustWait || (kind === "parameters" && requests.hasStarted(kind));
    while (requests.canStart(kind)) {
      waits ||= this.turns.isOver;
      if (waits) await this.turns.next();
      if (outbox.isCrowded) await outbox.whenRoom();
      const lease = kind === "assets" ? new AssetLease({ ...this.#options, reading: this.#reading }) : undefined;
      if (lease && !lease.isGranted) await lease.granted;
      const request = requests.start(kind);
      // The client may have left in the meantime.
      if (!request) {
        lease?.release();
        break;
      }
      if (lease) this.#watch(lease, connection, request);
      this.#options.answer(connection, request, lease);
    }
    busy.delete(connection);
  }

  /** Stops the timers of the assets that are being read, because the server closes. */
  close(): void {
    for (const lease of this.#reading) lease.stopTimer();
  }

  /** Starts the client's next asset if this one takes too long. */
  #watch(lease: AssetLease, connection: Connection, request: QueuedRequest): void {
    lease.startTimer(() => {
      connection.session.requests.setOverdue(request);
      void this.start(connection, "assets", true);
    });
  }
}
