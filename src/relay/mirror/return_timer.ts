// ReturnTimer: how long an upstream has to advertise again what it had in its last connection.

import type { Clock } from "../../clock.ts";

/** Channels and services that an upstream has not again this long after its first `advertise` are removed, in ms. */
const RETURN_MS = 2000;
/** The same time for an upstream that advertises nothing, since it is connected, in ms. */
const EMPTY_MS = 10_000;

/** Calls back once for each connection, unless the connection is lost before. */
export class ReturnTimer {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #hasAdvertised = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, expired: () => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  /** A connection begins. */
  connected(): void {
    this.#hasAdvertised = false;
    this.#restart(EMPTY_MS);
  }

  /** The upstream advertises something. Only the first call of a connection counts. */
  advertised(): void {
    if (this.#hasAdvertised) return;
    this.#hasAdvertised = true;
    this.#restart(RETURN_MS);
  }

  /** The connection is lost. */
  cancel(): void {
    this.#cancel?.();
  }

  #restart(ms: number): void {
    this.cancel();
    this.#cancel = this.#clock.after(ms, this.#expired);
  }
}
