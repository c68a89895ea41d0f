// RemoteTransport: the connection to a client in another thread.

import type { ClientTransport, SocketEnd, TransportEvents } from "../../server/clients/client_transport.ts";
import type { ClientOutbox, Frame, OutboxEvents } from "../../server/delivery/outbox.ts";
import type { Clock } from "../../clock.ts";
import type { ConnectionNumber } from "../messages.ts";
import { type PendingChanges, RemoteOutbox } from "./remote_outbox.ts";
import type { WorkerLink } from "./worker_link.ts";

/** After this much processed data of a client, its worker gets a confirmation. */
const TAKEN_MESSAGES = 16;
const TAKEN_BYTES = 64 * 1024;

/** A client of a worker, as the server sees it. */
export class RemoteTransport implements ClientTransport {
  /** A close always ends, because the worker limits its time. */
  readonly isClosing = false;
  /** Only the outbox in the worker asks for room. */
  readonly hasRoom = true;
  readonly #link: WorkerLink;
  readonly #connection: ConnectionNumber;
  readonly #parts: { clock: Clock; pending: PendingChanges };
  #outbox: RemoteOutbox | undefined;
  #events: TransportEvents | undefined;
  #takenMessages = 0;
  #takenBytes = 0;

  constructor(link: WorkerLink, connection: ConnectionNumber, parts: { clock: Clock; pending: PendingChanges }) {
    this.#link = link;
    this.#connection = connection;
    this.#parts = parts;
  }

  get queuedBytes(): number {
    return this.#outbox?.socketBytes ?? 0;
  }

  get roundTripMs(): number | undefined {
    return this.#outbox?.roundTripMs;
  }

  createOutbox(events: OutboxEvents): ClientOutbox {
    return this.#outbox = new RemoteOutbox(this.#link, this.#connection, events, this.#parts);
  }

  send(frame: Frame): void {
    this.#link.send({ type: "send", connection: this.#connection, frame });
  }

  /** Data always takes the way through the outbox. */
  sendData(): void {}

  close(code: number, reason: string): void {
    this.#link.send({ type: "close", connection: this.#connection, code, reason });
  }

  destroy(): void {
    this.#link.send({ type: "destroy", connection: this.#connection });
  }

  listen(events: TransportEvents): void {
    this.#events = events;
  }

  /** The client has sent a message. */
  received(data: string | ArrayBuffer): void {
    this.#takenMessages += 1;
    this.#takenBytes += typeof data === "string" ? data.length : data.byteLength;
    this.#events?.received(data);
    if (this.#takenMessages < TAKEN_MESSAGES && this.#takenBytes < TAKEN_BYTES) return;
    const [messages, bytes] = [this.#takenMessages, this.#takenBytes];
    this.#takenMessages = this.#takenBytes = 0;
    this.#link.send({ type: "taken", connection: this.#connection, messages, bytes });
  }

  opened(): void {
    this.#events?.opened();
  }

  roundTrip(ms: number): void {
    this.#events?.roundTrip(ms);
  }

  oversized(): void {
    this.#events?.oversized();
  }

  closed(reason: SocketEnd): void {
    this.#events?.closed(reason);
  }

  dropped(topic: string): void {
    this.#outbox?.dropped(topic);
  }

  overflowed(): void {
    this.#outbox?.overflowed();
  }

  report(figures: Float64Array): void {
    this.#outbox?.report(figures);
  }
}
