// Heartbeat: pings a client, measures the round trip, and finds out when the client is gone.

import type { Clock } from "../../clock.ts";

/** The callbacks of a {@linkcode Heartbeat}. */
export interface HeartbeatEvents {
  /**
   * Must send a ping with this payload, which is valid only during the call, and call `sent` when the operating system
   * has taken it.
   */
  ping(payload: Uint8Array, sent: () => void): void;
  /** Nothing has arrived from the client since the last ping was sent, half of the timeout ago. Called once. */
  silent(): void;
}

/** When the first ping is sent, unless half of the timeout is shorter. In ms. */
const FIRST_MS = 1000;

/**
 * Pings a client twice within the timeout. So a client that is gone is found within the timeout.
 *
 * While a ping waits behind other data, no time limit runs, because a slow client cannot answer it yet. The caller must
 * find out by itself whether a client takes data.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #events: HeartbeatEvents;
  /** The number of the last ping. An answer to an earlier one is too old to be measured. */
  readonly #number = new Uint32Array(1);
  #pingedAt = 0;
  /** Whether the last ping has no answer yet. A client may repeat its answer. */
  #isAwaited = false;
  #isAlive = true;
  #isHeld = false;
  #roundTripMs: number | undefined;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  /** `timeoutMs`: 0 disables pings and the time limit. */
  constructor(clock: Clock, timeoutMs: number, events: HeartbeatEvents) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#events = events;
  }

  /** The duration between the last answered ping and its answer, in ms; `undefined` until the first answer. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Must be called when the connection is open. */
  start(): void {
    if (this.#timeoutMs > 0) this.#beatAfter(Math.min(FIRST_MS, this.#timeoutMs / 2));
  }

  /** Must be called when anything shows that the client is there. */
  heard(): void {
    this.#isAlive = true;
  }

  /** Whether the connection is not read, so that no answer can arrive. The time limit does not run then. */
  set isHeld(isHeld: boolean) {
    this.#isHeld = isHeld;
    this.#isAlive = true;
  }

  /**
   * Must be called with the payload of each pong. Returns the round trip if it is the first answer to the last ping.
   */
  pong(payload: Uint8Array): number | undefined {
    if (!this.#isAwaited) return undefined;
    const expected = new Uint8Array(this.#number.buffer);
    if (payload.length !== expected.length || payload.some((byte, index) => byte !== expected[index])) return undefined;
    this.#isAwaited = false;
    this.#roundTripMs = this.#clock.now() - this.#pingedAt;
    return this.#roundTripMs;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #beat(): void {
    if (!this.#isAlive && !this.#isHeld) return this.#events.silent();
    this.#isAlive = false;
    this.#isAwaited = true;
    this.#pingedAt = this.#clock.now();
    this.#number[0]! += 1;
    this.#events.ping(new Uint8Array(this.#number.buffer), () => this.#beatAfter(this.#timeoutMs / 2));
  }

  #beatAfter(ms: number): void {
    if (!this.#isStopped) this.#cancel = this.#clock.after(ms, () => this.#beat());
  }
}
