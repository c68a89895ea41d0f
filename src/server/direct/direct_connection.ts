// DirectConnection: one connection of a direct listener, with its time limits and its running responses.

import type { Clock } from "../../clock.ts";
import type { RemoteAddress } from "../address.ts";
import type { IncomingMessage, RawSocket } from "./node_http.ts";

/** How long a connection may wait for another request, and how long the peer may take to read a response. */
const IDLE_MS = 60_000;
/** How long a connection may stay open after its last response, so that the peer can read the response. */
const LINGER_MS = 2000;
/** How many requests of one connection may wait for their turn. */
const MAX_PIPELINED = 100;

/** Options of {@linkcode DirectConnection}. */
export interface DirectConnectionOptions {
  /** The address of the peer, or `undefined` if it is unknown. */
  remoteAddr: RemoteAddress | undefined;
  /** How long the head of the first request may take, in ms. 0: no limit, also between two requests. */
  handshakeTimeoutMs: number;
  /** The source of all time limits. */
  clock: Clock;
}

/** A request that has arrived. */
interface Arrival {
  message: Pick<IncomingMessage, "complete">;
  state: "waiting" | "running" | "skipped";
}

/**
 * A connection from its acceptance to its end.
 *
 * A timer closes it if the head of a request does not arrive in time. It answers its requests one after the other, as
 * `Deno.serve()` does.
 */
export class DirectConnection {
  /** The address of the peer, or `undefined` if it is unknown. */
  readonly remoteAddr: RemoteAddress | undefined;
  /** The connection below TLS. */
  readonly #raw: RawSocket;
  readonly #clock: Clock;
  readonly #handshakeTimeoutMs: number;
  /** The connection that carries HTTP: with TLS, the decrypted one. */
  #socket: RawSocket;
  #cancelTimer: (() => void) | undefined;
  /** How many requests have arrived whose responses are not complete. */
  #running = 0;
  /** The newest request. */
  #newest: Arrival | undefined;
  #answered: Promise<void> = Promise.resolve();
  #lastBytes: string | undefined;
  /** Whether later requests are ignored. */
  #isEnding = false;
  /** Whether also the requests that wait for their turn are ignored. */
  #isCut = false;
  #isUpgraded = false;

  /** Must be called within the event `connection`. */
  constructor(raw: RawSocket, options: DirectConnectionOptions) {
    this.#raw = raw;
    this.#socket = raw;
    this.remoteAddr = options.remoteAddr;
    this.#clock = options.clock;
    this.#handshakeTimeoutMs = options.handshakeTimeoutMs;
    raw.on("close", () => this.#stopTimer());
    this.#destroyAfter(options.handshakeTimeoutMs);
  }

  /** Must be called when the TLS handshake has succeeded. The time limit of the first request continues. */
  secure(socket: RawSocket): void {
    this.#socket = socket;
  }

  /** Whether no other response follows the one that is running. */
  get isLastResponse(): boolean {
    return this.#isCut || (this.#isEnding && this.#running === 1);
  }

  /**
   * Calls `answer` for a request that has arrived, when all requests before it have been answered. Does not call it if
   * the connection ends before. `answer` must resolve when the response is complete, and must not reject.
   *
   * A request that had to wait is answered in another turn of the event loop than the one before it: otherwise one
   * client could occupy the server with many requests at once.
   */
  run(message: Arrival["message"], answer: () => Promise<void>, nextTurn: () => Promise<void>): void {
    if (this.#isEnding || this.#isUpgraded) return;
    this.#running += 1;
    if (this.#running > MAX_PIPELINED) return this.destroy();
    const arrival: Arrival = { message, state: "waiting" };
    const isPipelined = this.#running > 1;
    this.#newest = arrival;
    // If an earlier response is running, its time limit continues.
    if (this.#running === 1) this.#stopTimer();
    this.#answered = this.#answered.then(async () => {
      if (isPipelined) await nextTurn();
      if (arrival.state === "waiting" && !this.#isCut) {
        arrival.state = "running";
        this.#stopTimer();
        await answer();
      }
      this.#running -= 1;
      if (this.#running === 0) this.#rest();
    });
  }

  /** Must be called when a response was passed to the connection. A peer that does not read it is disconnected. */
  flush(): void {
    if (!this.#raw.destroyed) this.#destroyAfter(IDLE_MS);
  }

  /** Stops all time limits, because the connection has left HTTP. Its owner closes it. */
  upgrade(): void {
    this.#isUpgraded = true;
    this.#newest = undefined;
    this.#stopTimer();
  }

  /**
   * Closes the connection because the peer has sent bytes that are not HTTP. The requests before them are answered. If
   * there are none, `response` is sent. If the bytes belong to the body of a request that is being answered, closes the
   * connection at once, because the program may wait for the rest of the body.
   */
  reject(response: string): void {
    if (this.#isEnding || this.#isUpgraded) return;
    let waiting = this.#running;
    if (this.#newest?.message.complete === false) {
      if (this.#newest.state === "running") return this.destroy();
      this.#newest.state = "skipped";
      waiting -= 1;
    }
    if (waiting === 0) this.#lastBytes = response;
    this.end();
  }

  /**
   * Closes the connection when all requests that have arrived are answered. The peer has a short time to read what was
   * sent. Does nothing after an upgrade.
   */
  end(): void {
    if (this.#isEnding || this.#isUpgraded) return;
    this.#isEnding = true;
    if (this.#running === 0) this.#rest();
  }

  /** Closes the connection when the running response is complete. Requests that wait for their turn are ignored. */
  cut(): void {
    this.#isCut = true;
    this.end();
  }

  /** Closes the connection at once, even with an incomplete request. If responses are running, closes it after them. */
  close(): void {
    if (this.#isUpgraded) return;
    if (this.#running === 0) this.destroy();
    else this.end();
  }

  /** Closes the connection at once. */
  destroy(): void {
    this.#isEnding = true;
    this.#isCut = true;
    this.#socket.destroy();
    this.#raw.destroy();
  }

  /** Must be called when all responses are complete. */
  #rest(): void {
    if (this.#isUpgraded || this.#raw.destroyed) return;
    if (!this.#isEnding) return this.#destroyAfter(this.#handshakeTimeoutMs && IDLE_MS);
    const socket = this.#socket;
    if (socket.writable) socket.end(this.#lastBytes);
    // Reads what the peer still sends: otherwise the system would reset the connection, and discard the response.
    socket.resume();
    socket.on("end", () => this.destroy());
    this.#destroyAfter(LINGER_MS);
  }

  #destroyAfter(ms: number): void {
    this.#stopTimer();
    if (ms > 0) this.#cancelTimer = this.#clock.after(ms, () => this.destroy());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
