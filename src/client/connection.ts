// Connection: keeps a link to the server, and makes a new one when it is lost.

import type { Subprotocol } from "../protocol/capabilities.ts";
import { BackOff } from "./back_off.ts";
import { ConnectionClosedError } from "./errors.ts";
import { Link } from "./link.ts";
import type { ConnectionState } from "./listener.ts";
import type { Settings } from "./options.ts";
import type { Target } from "./target.ts";

/** How long `close()` waits for the server's side of it, in ms. */
const CLOSE_LIMIT_MS = 2000;

/** Whom a connection tells what happens. */
export interface ConnectionEvents {
  /** A link opened; its messages follow. */
  opened(subprotocol: Subprotocol | undefined): void;
  received(data: string | ArrayBuffer): void;
  /** The link that had opened is gone; the state has changed already. */
  lost(error: ConnectionClosedError): void;
  stateChanged(state: ConnectionState): void;
}

/** A link, or the wait for the next. */
export class Connection {
  readonly #target: Target;
  readonly #settings: Settings;
  readonly #events: ConnectionEvents;
  readonly #backOff: BackOff;
  /** Fulfilled when nothing more will happen. */
  readonly closed: Promise<void>;
  #closed!: () => void;
  #state: ConnectionState = { at: "connecting" };
  #link: Link | undefined;
  #subprotocol: Subprotocol | undefined;
  /** Whether the link of now has told its owner that it opened. */
  #hasOpened = false;
  #hasSucceeded = false;
  #isClosing = false;
  /** Whether the server has said nothing since the last look. */
  #isSilent = false;
  #closing: Promise<void> | undefined;
  /** Of an attempt that takes too long, of the wait for the next, or of the next look whether the server is silent. */
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

  /** Bytes that wait in the socket. */
  get bufferedAmount(): number {
    return this.#link?.bufferedAmount ?? 0;
  }

  /**
   * Makes the first attempt.
   *
   * @throws {SyntaxError} When the URL is none for a WebSocket. Or anything else that the option `webSocket` throws.
   */
  start(): void {
    this.#attempt();
  }

  /** The server has introduced itself: the attempt succeeded. */
  succeeded(): void {
    if (this.#state.at === "open" || this.#isClosing) return;
    this.#cancelAlarm();
    this.#hasSucceeded = true;
    this.#backOff.succeeded();
    this.#listen();
    this.#change({ at: "open", subprotocol: this.#subprotocol });
  }

  /** Sends, if there is a link. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#link?.send(data);
  }

  /** Fails the current attempt at once, because the server's `serverInfo` cannot be used. */
  fail(cause: Error): void {
    this.#link?.close(`Cannot connect to ${this.#target.label}: ${cause.message}`, cause);
  }

  /** Gives up the link of now, but not before what is going on is done. */
  abandon(why: string): void {
    const link = this.#link;
    queueMicrotask(() => link?.close(`The connection to ${this.#target.label} was closed: ${why}`));
  }

  /** Ends it for good, without an error. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Asked for by a hook that is told of the end.
    if (this.#isClosing) return await this.closed;
    const link = this.#link;
    this.#isClosing = true;
    if (link) link.close(`The connection to ${this.#target.label} was closed by this client`);
    else if (this.#state.at !== "closed") this.#finish();
    // A server that has stopped reading never answers, and holds nobody up.
    if (link) await Promise.race([link.gone, this.#limit()]);
    this.#cancelAlarm();
    this.#closed();
  }

  /** Watches for a server that falls silent. One alarm for many messages: a timer for each would cost as much as they do. */
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
      // The program's function may have closed the client before it threw.
      if (this.#isClosing) return;
      // No fault of the URL, which was good before: whoever makes the sockets could make none.
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

  /** To the wait for another attempt, or to the end. */
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
