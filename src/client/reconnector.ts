// Reconnector: keeps a connection to the server, and reconnects when it is lost.

import type { Subprotocol } from "../protocol/capabilities.ts";
import { BackOff } from "./back_off.ts";
import type { ConnectionState } from "./connection_state.ts";
import { ConnectionClosedError } from "./errors.ts";
import type { ClientSettings } from "./options.ts";
import type { ServerAddress } from "./server_address.ts";
import { SocketConnection } from "./socket_connection.ts";

/** How long `close()` waits until the socket has closed, in ms. */
const CLOSE_TIMEOUT_MS = 2000;

/** The callbacks of a {@linkcode Reconnector}. */
export interface ReconnectorEvents {
  /** A connection has opened. Calls of `onMessage()` follow. */
  onOpen(subprotocol: Subprotocol | undefined): void;
  onMessage(data: string | ArrayBuffer): void;
  /** The server has sent nothing for half of `maxSilenceMs`. After the other half, the connection is closed as lost. */
  onQuiet(): void;
  /** An open connection was lost. `onStateChange()` was called before. */
  onLost(error: ConnectionClosedError): void;
  onStateChange(state: ConnectionState): void;
}

/** The current connection to the server, or the delay before the next attempt. */
export class Reconnector {
  readonly #address: ServerAddress;
  readonly #settings: ClientSettings;
  readonly #events: ReconnectorEvents;
  readonly #backOff: BackOff;
  /** Resolves when the connection has ended and no further attempt follows. */
  readonly closed: Promise<void>;
  #resolveClosed!: () => void;
  #state: ConnectionState = { type: "connecting" };
  #connection: SocketConnection | undefined;
  #subprotocol: Subprotocol | undefined;
  /** Whether the current connection has opened. */
  #hasOpened = false;
  /**
   * Whether the client has ever received `serverInfo`. Before that, the option `retryInitialConnect` decides whether it
   * tries again. Afterwards, `reconnect` decides.
   */
  #wasReady = false;
  #isClosing = false;
  /** Whether the server has sent nothing since the last check. */
  #isSilent = false;
  #closing: Promise<void> | undefined;
  /**
   * Cancels the current timer: of an attempt, of the delay before the next, of the next check for silence, or of
   * `close()`.
   */
  #cancelTimer = () => {};

  constructor(address: ServerAddress, settings: ClientSettings, events: ReconnectorEvents) {
    const { minRetryDelayMs, maxRetryDelayMs } = settings;
    this.#address = address;
    this.#settings = settings;
    this.#events = events;
    this.#backOff = new BackOff(minRetryDelayMs, maxRetryDelayMs, Math.random);
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How many bytes are queued in the socket. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /**
   * Starts the first attempt.
   *
   * @throws {SyntaxError} When the URL is not a WebSocket URL. Also throws every error of the option `createWebSocket`.
   */
  start(): void {
    this.#startAttempt();
  }

  /** Marks the attempt as successful, because `serverInfo` has arrived. */
  markReady(): void {
    if (this.#state.type === "open" || this.#isClosing) return;
    this.#cancelTimer();
    this.#wasReady = true;
    this.#backOff.recordSuccess();
    this.#watchSilence();
    this.#setState({ type: "open", subprotocol: this.#subprotocol });
  }

  /** Sends `data` if the connection is open. Otherwise drops it. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#connection?.send(data);
  }

  /** Fails the current attempt at once, because the server's `serverInfo` cannot be used. */
  failAttempt(cause: Error): void {
    this.#connection?.close(`Cannot connect to ${this.#address.label}: ${cause.message}`, cause);
  }

  /**
   * Closes the current connection as lost. Does so in a microtask, because the caller may be in the middle of an
   * update.
   */
  closeSoon(reason: string): void {
    const connection = this.#connection;
    this.#settings.clock.soon(() =>
      connection?.close(`The connection to ${this.#address.label} was closed: ${reason}`)
    );
  }

  /** Closes the connection and does not reconnect. The final state has no error. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A hook has called close() again while the first call was closing the connection.
    if (this.#isClosing) return await this.closed;
    const connection = this.#connection;
    this.#isClosing = true;
    if (connection) connection.close(`The connection to ${this.#address.label} was closed by this client`);
    else if (this.#state.type !== "closed") this.#finish();
    // The time limit is needed because a server that has stopped reading never answers.
    if (connection) await Promise.race([connection.closed, this.#closeTimeout()]);
    this.#cancelTimer();
    this.#resolveClosed();
  }

  /**
   * Checks regularly whether the server still sends. It does not restart the timer with each message, because that is
   * too slow. `wasQuiet`: whether the server sent nothing until the last check.
   */
  #watchSilence(wasQuiet = false): void {
    const { maxSilenceMs, clock } = this.#settings;
    if (maxSilenceMs === Infinity) return;
    this.#isSilent = true;
    this.#cancelTimer = clock.after(maxSilenceMs / 2, () => {
      if (!this.#isSilent) return this.#watchSilence();
      if (!wasQuiet) {
        this.#watchSilence(true);
        return this.#events.onQuiet();
      }
      this.#connection?.close(
        `The connection to ${this.#address.label} was closed: the server sent nothing for ${maxSilenceMs} ms`,
      );
    });
  }

  #closeTimeout(): Promise<void> {
    return new Promise((resolve) => this.#cancelTimer = this.#settings.clock.after(CLOSE_TIMEOUT_MS, resolve));
  }

  #startAttempt(): void {
    const { connectTimeoutMs, clock } = this.#settings;
    const connection = new SocketConnection(this.#address, this.#settings, {
      onOpen: (subprotocol) => {
        this.#hasOpened = true;
        this.#subprotocol = subprotocol;
        this.#events.onOpen(subprotocol);
      },
      onMessage: (data) => {
        this.#isSilent = false;
        this.#events.onMessage(data);
      },
      onClose: (error) => this.#onClose(error),
    });
    this.#connection = connection;
    this.#cancelTimer = clock.after(connectTimeoutMs, () => {
      const { label, offers } = this.#address;
      const missing = connection.isOpen ? "the server did not send serverInfo" : "the server did not answer";
      // Servers of other protocols accept the connection, but select no subprotocol.
      const isForeign = connection.isOpen && offers.length > 0 && !this.#subprotocol;
      const advice = isForeign ? "; is it rosbridge, or another kind of server?" : "";
      connection.close(`Cannot connect to ${label}: ${missing} within ${connectTimeoutMs} ms${advice}`);
    });
    connection.open();
  }

  #retry(): void {
    try {
      this.#startAttempt();
    } catch (cause) {
      // The application's `createWebSocket` function may have closed the client before it threw.
      if (this.#isClosing) return;
      // The URL is valid, because the first attempt has accepted it. This attempt could not create a socket, so it
      // counts as failed.
      this.#onClose(new ConnectionClosedError(`Cannot connect to ${this.#address.label}: ${cause}`, { cause }));
    }
  }

  #onClose(error: ConnectionClosedError): void {
    this.#cancelTimer();
    this.#connection = undefined;
    const hadOpened = this.#hasOpened;
    this.#hasOpened = false;
    this.#retryLaterOrFinish(error);
    if (hadOpened) this.#events.onLost(error);
  }

  #retryLaterOrFinish(error: ConnectionClosedError): void {
    if (this.#isClosing) return this.#finish();
    const { reconnect, retryInitialConnect, clock } = this.#settings;
    if (!(this.#wasReady ? reconnect : retryInitialConnect)) {
      this.#finish(error);
      this.#resolveClosed();
      return;
    }
    const retryInMs = this.#backOff.recordFailure();
    this.#cancelTimer = clock.after(retryInMs, () => this.#retry());
    this.#setState({ type: "reconnecting", failures: this.#backOff.failures, retryInMs, error });
  }

  #finish(error?: ConnectionClosedError): void {
    this.#setState(error ? { type: "closed", error } : { type: "closed" });
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#events.onStateChange(state);
  }
}
