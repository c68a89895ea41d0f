// FollowUps: messages that a client sends in reaction to the server, such as subscriptions to advertised channels.

import { encodeClientMessage } from "../protocol/encode.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Connection } from "./connection.ts";

/** Sends messages that a server can trigger without limit. They must not pile up in memory if the server sends but does not read. */
export class FollowUps {
  readonly #connection: Connection;
  readonly #maxBytes: number;
  /** The size of the messages sent since the socket last had at most `maxBytes` queued. */
  #unreadBytes = 0;

  /** The connection is closed when `maxBytes` of these messages are queued in addition to `maxBytes` of other messages. */
  constructor(connection: Connection, maxBytes: number) {
    this.#connection = connection;
    this.#maxBytes = maxBytes;
  }

  /** Sends the message, and closes the connection if too many bytes are queued. */
  send(message: ClientMessage): void {
    const data = encodeClientMessage(message);
    this.#connection.send(data);
    this.#unreadBytes = this.#connection.bufferedAmount > this.#maxBytes ? this.#unreadBytes + data.length : 0;
    if (this.#unreadBytes > this.#maxBytes) this.#connection.abandon("the server sends, but does not read");
  }
}
