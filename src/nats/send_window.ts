// SendWindow: limits how many bytes are sent to NATS before the server has confirmed earlier ones.

import type { Clock } from "../clock.ts";
import type { NatsConnection } from "./nats_connection.ts";

/** Bytes are confirmed after this time at the latest, in ms. */
const CONFIRM_AFTER_MS = 50;

/**
 * A client of NATS keeps everything that it cannot send, without a limit, and sends it later. While the window is
 * closed, callers drop data or wait. So a partition costs at most the window, in memory and in outdated messages.
 */
export class SendWindow {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #waiters = new Set<() => void>();
  /** Bytes that were sent, but are not confirmed. */
  #unconfirmed = 0;
  /** How many of them the current flush confirms. 0: there is none. */
  #confirming = 0;
  #cancelTimer: (() => void) | undefined;
  #isConnected = true;
  /** Flushes that began before the last reconnect have no meaning. */
  #connections = 0;

  constructor(connection: NatsConnection, clock: Clock, maxBytes: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that were sent, but are not confirmed. */
  get unconfirmed(): number {
    return this.#unconfirmed;
  }

  /** Whether there is a connection. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /**
   * Whether there is a connection and the window is not full. Only what was sent before counts, so that a message which
   * is larger than the window can be sent.
   */
  get isOpen(): boolean {
    return this.#isConnected && this.#unconfirmed < this.#maxBytes;
  }

  /** Sends a message without looking at the window. Returns whether the connection took it. */
  send(subject: string, payload: Uint8Array | string, reply?: string): boolean {
    try {
      this.#connection.publish(subject, payload, reply === undefined ? undefined : { reply });
    } catch {
      // It is closed for good, or the server has lowered its limit.
      return false;
    }
    this.#unconfirmed += payload.length + subject.length;
    if (this.#unconfirmed >= this.#maxBytes / 4) this.#confirm();
    else this.#cancelTimer ??= this.#clock.after(CONFIRM_AFTER_MS, () => this.#confirm());
    return true;
  }

  /** Resolves when the window is open. */
  async opened(signal: AbortSignal): Promise<void> {
    while (!this.isOpen) {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#waiters.add(wake);
      signal.addEventListener("abort", wake);
      await promise;
      this.#waiters.delete(wake);
      signal.removeEventListener("abort", wake);
    }
    signal.throwIfAborted();
  }

  /** The connection is lost. What was not confirmed is lost too, or arrives late. */
  disconnected(): void {
    this.#isConnected = false;
    this.#connections += 1;
    this.#unconfirmed = 0;
    this.#confirming = 0;
  }

  /** There is a connection again. */
  reconnected(): void {
    this.#isConnected = true;
    this.#wake();
  }

  /** Stops the timer. Nothing more is sent. */
  close(): void {
    this.disconnected();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #confirm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#confirming > 0 || this.#unconfirmed === 0) return;
    const bytes = this.#unconfirmed;
    const connection = this.#connections;
    this.#confirming = bytes;
    this.#connection.flush().then(() => {
      if (connection !== this.#connections) return;
      this.#confirming = 0;
      this.#unconfirmed -= bytes;
      if (this.#unconfirmed > 0) this.#confirm();
      this.#wake();
    }, () => {
      // The event of the connection follows. Without one, the next message tries again.
      if (connection === this.#connections) this.#confirming = 0;
    });
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
