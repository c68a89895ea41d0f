// ReadPacer: limits how many messages of one connection are read in one turn of the event loop.

import type { FrameReader } from "../../websocket/frame_reader.ts";
import type { RawSocket } from "./node_http.ts";

/**
 * How many messages and pings are read in one turn. Fewer would cost throughput. With more, requests that the server
 * answers at once would exceed `maxPendingRequests`, because promises only continue after the turn.
 */
const MAX_PER_TURN = 16;

/**
 * Pauses a connection after some messages, until the next turn of the event loop. Otherwise, a client that sends many
 * small messages at once could delay all other clients, because a chunk has thousands of them.
 */
export class ReadPacer {
  readonly #reader: Pick<FrameReader, "pause" | "resume">;
  readonly #socket: Pick<RawSocket, "pause" | "resume">;
  #count = 0;
  #isPaused = false;
  #isHeld = false;
  #awaitsTurn = false;
  #isEnded = false;

  constructor(reader: Pick<FrameReader, "pause" | "resume">, socket: Pick<RawSocket, "pause" | "resume">) {
    this.#reader = reader;
    this.#socket = socket;
  }

  /** Must be called within each event of the reader that is to be counted. */
  count(): void {
    this.#count += 1;
    if (this.#count < MAX_PER_TURN || this.#isEnded) return;
    this.#count = 0;
    this.#pause();
    this.#awaitsTurn = true;
    setImmediate(() => {
      this.#awaitsTurn = false;
      this.#resume();
    });
  }

  /** Pauses the connection until `release()`. */
  hold(): void {
    if (this.#isEnded) return;
    this.#isHeld = true;
    this.#pause();
  }

  /** Ends `hold()`. */
  release(): void {
    this.#isHeld = false;
    if (!this.#awaitsTurn) this.#resume();
  }

  /** Must be called when the connection has closed. Everything that has arrived is reported before this returns. */
  end(): void {
    this.#isEnded = true;
    this.#resume();
  }

  #pause(): void {
    this.#reader.pause();
    this.#socket.pause();
    this.#isPaused = true;
  }

  #resume(): void {
    if (!this.#isPaused || (this.#isHeld && !this.#isEnded)) return;
    this.#isPaused = false;
    this.#reader.resume();
    // Last, because the end of the connection must not be noticed before all messages are reported.
    if (!this.#isPaused && !this.#isEnded) this.#socket.resume();
  }
}
