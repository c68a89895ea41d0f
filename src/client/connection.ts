// Connection: keeps a link to the server, and reconnects when it is lost.

import type { Subprotocol } from "../protocol/capabilities.ts";
import { BackOff } from "./back_off.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Link } from "./link.ts";
import type { ConnectionState } from "./listener.ts";
import type { Settings } from "./options.ts";
import type { Target } from "./target.ts";

/** How long `close()` waits until the socket has closed, in ms. */
const CLOSE_LIMIT_MS = 2000;

/** The callbacks of a {@linkcode Connection}. */
export interface ConnectionEvents {
  /** A link has opened. Calls of `received()` follow. */
  opened(subprotocol: Subprotocol | undefined): void;
  received(data: string | ArrayBuffer): void;
  /** An open link was lost. `stateChanged()` was called before. */
  lost(error: ConnectionClosedError): void;
  stateChanged(state: ConnectionState): void;
}

/** The current link to the server, or the delay before the next attempt. */
export class Connection {
  readonly #target: Target;
  readonly #settings: Settings;
  readonly #events: ConnectionEvents;
  readonly #backOff: BackOff;
  /** Resolves when the connection has ended and no further attempt follows. */
  readonly closed: Promise<void>;
  #closed!: () => void;
  #state: ConnectionState = { at: "connecting" };
  #link: Link | undefined;
  #subprotocol: Subprotocol | undefined;
  /** Whether the current link has opened. */
  #hasOpened = false;
  #hasSucceeded = false;
  #isClosing = false;
  /** Whether the server has sent nothing since the last check. */
  #isSilent = false;
  #closing: Promise<void> | undefined;
  /** Cancels the current timer: of an attempt, of the delay before the next, of the next check for silence, or of `close()`. */
  #cancelAlarm = () => {};

  constructor(target: Target, settings: Settings, events: ConnectionEvents) {
    const { minRetryDelayMs, maxRetryDelayMs } = settings;
    this.#target = target;
    this.#settings = settings;
    this.#events = events;
    this.#backOff = new BackOff(minRetryDelayMs, maxRetryDelayMs, Math.random);
    this.closed = new Promise((resolve) => this.#closed = resolve);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How many bytes are queued in the socket. */
  get bufferedAmount(): number {
    return this.#link?.bufferedAmount ?? 0;
  }

  /**
   * Starts the first attempt.
   *
   * @throws {SyntaxError} When the URL is not a WebSocket URL. Also throws every error of the option `webSocket`.
   */
  start(): void {
    this.#attempt();
  }

  /** Marks the attempt as successful, because `serverInfo` has arrived. */
  succeeded(): void {
    if (this.#state.at === "open" || this.#isClosing) return;
    this.#cancelAlarm();
    this.#hasSucceeded = true;
    this.#backOff.succeeded();
    this.#listen();
    this.#change({ at: "open", subprotocol: this.#subprotocol });
  }

  /** Sends `data` if the link is open. Otherwise drops it. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#link?.send(data);
  }

  /** Fails the current attempt at once, because the server's `serverInfo` cannot be used. */
  fail(cause: Error): void {
    this.#link?.close(`Cannot connect to ${this.#target.label}: ${cause.message}`, cause);
  }

  /** Closes the current link in a microtask, because the caller may be in the middle of an update. */
  abandon(why: string): void {
    const link = this.#link;
    queueMicrotask(() => link?.close(`The connection to ${this.#target.label} was closed: ${why}`));
  }

  /** Closes the link and does not reconnect. The final state has no error. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A hook has called close() again while the first call was closing the link.
    if (this.#isClosing) return await this.closed;
    const link = this.#link;
    this.#isClosing = true;
    if (link) link.close(`The connection to ${this.#target.label} was closed by this client`);
    else if (this.#state.at !== "closed") this.#finish();
    // The time limit is needed because a server that has stopped reading never answers.
    if (link) await Promise.race([link.gone, this.#limit()]);
    this.#cancelAlarm();
    this.#closed();
  }

  /** Checks regularly whether the server still sends. It does not restart the timer with each message, because that is too slow. */
  #listen(): void {
    const { maxSilenceMs, clock } = this.#settings;
    if (maxSilenceMs === Infinity) return;
    this.#isSilent = true;
    this.#cancelAlarm = clock.after(maxSilenceMs, () => {
      if (!this.#isSilent) return this.#listen();
      this.#link?.close(`The connection to ${this.#target.label} was given up: nothing came for ${maxSilenceMs} ms`);
    });
  }

  #limit(): Promise<void> {
    return new Promise((resolve) => this.#cancelAlarm = this.#settings.clock.after(CLOSE_LIMIT_MS, resolve));
  }

  #attempt(): void {
    const { attemptTimeoutMs, clock, webSocket } = this.#settings;
    const link = new Link(this.#target, webSocket, {
      opened: (subprotocol) => {
        this.#hasOpened = true;
        this.#subprotocol = subprotocol;
        this.#events.opened(subprotocol);
      },
      received: (data) => {
        this.#isSilent = false;
        this.#events.received(data);
      },
      lost: (error) => this.#lost(error),
    });
    this.#link = link;
    this.#cancelAlarm = clock.after(attemptTimeoutMs, () => {
      const missing = link.isOpen ? "it sent no serverInfo" : "it did not answer";
      link.close(`Cannot connect to ${this.#target.label}: ${missing} within ${attemptTimeoutMs} ms`);
    });
    link.open();
  }

  #attemptAgain(): void {
    try {
      this.#attempt();
    } catch (cause) {
      // The application's `webSocket` function may have closed the client before it threw.
      if (this.#isClosing) return;
      // The URL is valid, because the first attempt has accepted it. This attempt could not create a socket, so it counts as failed.
      this.#lost(new ConnectionClosedError(`Cannot connect to ${this.#target.label}: ${cause}`, { cause }));
    }
  }

  #lost(error: ConnectionClosedError): void {
    this.#cancelAlarm();
    this.#link = undefined;
    const hadOpened = this.#hasOpened;
    this.#hasOpened = false;
    this.#moveOn(error);
    if (hadOpened) this.#events.lost(error);
  }

  /** Schedules the next attempt, or ends the connection. */
  #moveOn(error: ConnectionClosedError): void {
    if (this.#isClosing) return this.#finish();
    const { reconnect, retryConnect, clock } = this.#settings;
    if (!(this.#hasSucceeded ? reconnect : retryConnect)) {
      this.#finish(error);
      this.#closed();
      return;
    }
    const retryInMs = this.#backOff.failed();
    this.#cancelAlarm = clock.after(retryInMs, () => this.#attemptAgain());
    this.#change({ at: "reconnecting", failures: this.#backOff.failures, retryInMs, error });
  }

  #finish(error?: ConnectionClosedError): void {
    this.#change(error ? { at: "closed", error } : { at: "closed" });
  }

  #change(state: ConnectionState): void {
    this.#state = state;
    this.#events.stateChanged(state);
  }
}
