// FollowUps: what a client sends because of what the server sent, such as subscriptions to the channels that it advertises.

import { encodeClientMessage } from "../protocol/encode.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";

/** Sends messages that a server can cause without end. They must not pile up if it sends but does not read. */
export class FollowUps {
  readonly #connection: Connection;
  readonly #maxBytes: number;
  /** Of messages that were sent while more than `maxBytes` waited in the socket. */
  #unreadBytes = 0;

  /** So many bytes of them may wait, beside as many of other messages. */
  constructor(connection: Connection, maxBytes: number) {
    this.#connection = connection;
    this.#maxBytes = maxBytes;
  }

  /** Sends, and gives up the connection if too much waits. */
  send(message: ClientMessage): void {
    const data = encodeClientMessage(message);
    this.#connection.send(data);
    this.#unreadBytes = this.#connection.bufferedAmount > this.#maxBytes ? this.#unreadBytes + data.length : 0;
    if (this.#unreadBytes > this.#maxBytes) this.#connection.abandon("the server sends, but does not read");
  }
}
