// LiveWorker: one running worker: its requests, its clients, and its signs of life.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { ServerAddress } from "../../server/address.ts";
import type { CertificatePair } from "../../server/certificate_pair.ts";
import {
  CHANNEL_COLUMNS,
  CHANNEL_WIDTH,
  CONNECTION_COLUMNS,
  CONNECTION_WIDTH,
  type ConnectionNumber,
  type ListenOrder,
  type Notice,
  type PlainRequest,
} from "../messages.ts";
import type { PendingChanges } from "./remote_outbox.ts";
import { RemoteRequests, type RemoteRequestsOptions } from "./remote_requests.ts";
import { RemoteTransport } from "./remote_transport.ts";
import { WorkerLink, type WorkerLinkOptions, type WorkerPort } from "./worker_link.ts";

/** After how many unanswered pings a worker counts as failed. */
const MAX_SILENT_PINGS = 10;

/** The parts of a pool that its workers use. */
export interface LiveWorkerParts extends Pick<WorkerLinkOptions, "ring" | "worker" | "position"> {
  requests: RemoteRequestsOptions;
  clock: Clock;
  logger: Logger;
  pending: PendingChanges;
  /** Returns a number that no other connection of the server has. */
  nextConnection(): ConnectionNumber;
  /** The worker has accepted a connection. */
  onAccepted(): void;
  /** The worker has failed, and must be ended. */
  onFailed(reason: string, worker: LiveWorker): void;
}

/** A worker, from its start until it is ended. */
export class LiveWorker {
  readonly link: WorkerLink;
  readonly #parts: LiveWorkerParts;
  readonly #requests: RemoteRequests;
  readonly #connections = new Map<ConnectionNumber, RemoteTransport>();
  readonly #listening = Promise.withResolvers<ServerAddress>();
  readonly #shutDown = Promise.withResolvers<void>();
  #certificateSet = Promise.withResolvers<void>();
  #listeningSince = Infinity;
  #silentPings = 0;

  constructor(port: WorkerPort, parts: LiveWorkerParts) {
    const { ring, worker, position, requests, onFailed } = parts;
    this.#parts = parts;
    this.#requests = new RemoteRequests(requests);
    this.link = new WorkerLink(port, {
      ring,
      worker,
      position,
      onNotice: (notice) => this.#receive(notice),
      onError: (reason) => onFailed(reason, this),
    });
    // Prevents an unhandled rejection if another worker cannot be started before anything waits for this one.
    this.#listening.promise.catch(() => {});
  }

  /** For how long the worker has listened, in ms; negative if it does not listen. */
  get listeningMs(): number {
    return this.#parts.clock.now() - this.#listeningSince;
  }

  /** Resolves when the worker listens. Rejects if it cannot, or fails before. */
  listen(where: ListenOrder): Promise<ServerAddress> {
    this.link.send({ type: "listen", where });
    return this.#listening.promise;
  }

  /** Resolves when the worker uses another certificate, or has failed. */
  setCertificate(pair: CertificatePair): Promise<void> {
    this.#certificateSet = Promise.withResolvers();
    this.link.send({ type: "setCertificate", pair });
    return this.#certificateSet.promise;
  }

  /** Stops listening. Resolves when all connections have ended, or the worker has failed. */
  shutDown(): Promise<void> {
    this.link.send({ type: "shutdown" });
    return this.#shutDown.promise;
  }

  /**
   * Asks for a sign of life. Counts the questions and not the time, because a busy producer asks late, but also reads
   * late.
   */
  ping(): void {
    if (this.#silentPings >= MAX_SILENT_PINGS) return this.#parts.onFailed("it does not respond", this);
    this.#silentPings += 1;
    this.link.send({ type: "ping" });
  }

  /** Ends the worker at once, and with it the connections of its clients. */
  end(reason: string): void {
    this.link.end();
    this.#listening.reject(new Error(`Cannot start a worker: ${reason}`));
    this.#shutDown.resolve();
    this.#certificateSet.resolve();
    this.#requests.close();
    const transports = [...this.#connections.values()];
    this.#connections.clear();
    for (const transport of transports) transport.closed("error");
  }

  #receive(notice: Notice): void {
    this.#silentPings = 0;
    switch (notice.type) {
      case "listening":
        this.#listeningSince = this.#parts.clock.now();
        return this.#listening.resolve(notice.addr);
      case "cannotListen":
        return this.#listening.reject(Object.assign(new Error(notice.message), { code: notice.code }));
      case "shutDown":
        return this.#shutDown.resolve();
      case "certificateSet":
        return this.#certificateSet.resolve();
      case "pong":
        return;
      case "accepted":
        return this.#parts.onAccepted();
      case "log":
        return this.#parts.logger[notice.level](notice.text);
      case "request":
        return this.#answer(notice.request, notice.content);
      case "left":
        return this.#requests.left(notice.request);
      case "opened":
        return this.#connections.get(notice.connection)?.opened();
      case "received":
        return this.#connections.get(notice.connection)?.received(notice.data);
      case "roundTrip":
        return this.#connections.get(notice.connection)?.roundTrip(notice.ms);
      case "oversized":
        return this.#connections.get(notice.connection)?.oversized();
      case "overflow":
        return this.#connections.get(notice.connection)?.overflowed();
      case "dropped":
        return this.#connections.get(notice.connection)?.dropped(notice.topic);
      case "closed": {
        const transport = this.#connections.get(notice.connection);
        this.#connections.delete(notice.connection);
        return transport?.closed(notice.reason);
      }
      case "report":
        this.link.applied(notice.applied);
        this.#reportConnections(notice.connections);
        return this.#reportChannels(notice.channels);
      case "channelRemoved":
        return void this.link.channels.delete(notice.channelId);
      default:
        return notice satisfies never;
    }
  }

  #answer(request: number, content: PlainRequest): void {
    const { link } = this;
    void this.#requests.answer(request, content, {
      respond: (response) => {
        const { body } = response;
        link.send({ type: "respond", request, response }, body?.byteLength, body ?? undefined);
      },
      accept: (subprotocol) => {
        const connection = this.#parts.nextConnection();
        const transport = new RemoteTransport(link, connection, this.#parts);
        this.#connections.set(connection, transport);
        link.send({ type: "accept", request, connection, subprotocol });
        return transport;
      },
    });
  }

  #reportConnections(rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += CONNECTION_WIDTH) {
      const figures = rows.subarray(at, at + CONNECTION_WIDTH);
      this.#connections.get(figures[CONNECTION_COLUMNS.connection] ?? 0)?.report(figures);
    }
  }

  #reportChannels(rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += CHANNEL_WIDTH) {
      const figure = (name: keyof typeof CHANNEL_COLUMNS) => rows[at + CHANNEL_COLUMNS[name]] ?? 0;
      const traffic = this.link.channels.get(figure("channelId"))?.traffic;
      if (!traffic) continue;
      traffic.messagesSent += figure("messagesSent");
      traffic.bytesSent += figure("bytesSent");
      for (const reason of ["queue", "age", "replaced"] as const) traffic.drops[reason] += figure(reason);
    }
  }
}
