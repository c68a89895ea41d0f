// BackpressureGuard: closes the connection to a server that sends messages but does not read the client's reactions.

import type { ClientMessage } from "../protocol/messages.ts";
import { encodeMessage } from "./encode_message.ts";

/** The part of the connection that a {@linkcode BackpressureGuard} uses. */
interface GuardedConnection {
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Closes the connection as lost, after the current update. */
  closeSoon(reason: string): void;
}

/**
 * Sends messages that a server can trigger without limit, such as subscriptions to advertised channels. They must not
 * pile up in memory if the server sends but does not read.
 */
export class BackpressureGuard {
  readonly #connection: GuardedConnection;
  readonly #maxBytes: number;
  /** The size of the messages sent since the socket last had at most `maxBytes` queued. */
  #unreadBytes = 0;

  /**
   * The connection is closed when `maxBytes` of these messages are queued in addition to `maxBytes` of other messages.
   */
  constructor(connection: GuardedConnection, maxBytes: number) {
    this.#connection = connection;
    this.#maxBytes = maxBytes;
  }

  /** Sends the message, and closes the connection if too many bytes are queued. */
  send(message: ClientMessage): void {
    const data = encodeMessage(message);
    this.#connection.send(data);
    this.#unreadBytes = this.#connection.bufferedAmount > this.#maxBytes ? this.#unreadBytes + data.length : 0;
    if (this.#unreadBytes > this.#maxBytes) {
      this.#connection.closeSoon("the server sends messages but does not read any");
    }
  }
}
