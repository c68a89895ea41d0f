// Outbox: what goes to one client, and how much has.

/** An encoded message: JSON text or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The members of a WebSocket that sending takes. */
export type SendingSocket = Pick<WebSocket, "send" | "bufferedAmount">;

/** Messages and bytes, sent or not. */
export interface Traffic {
  /** Data messages handed to the client's socket. */
  messagesSent: number;
  /** Their bytes, headers included. */
  bytesSent: number;
  /** Data messages that were not sent because the client was too slow. */
  messagesDropped: number;
}

/** Traffic of which there is none yet. */
export function noTraffic(): Traffic {
  return { messagesSent: 0, bytesSent: 0, messagesDropped: 0 };
}

/** Sends to one client. */
export class Outbox {
  readonly traffic: Traffic = noTraffic();
  readonly #socket: SendingSocket;
  #closed = false;

  constructor(socket: SendingSocket) {
    this.#socket = socket;
  }

  /** Sends what must not be lost. */
  control(frame: Frame): void {
    if (!this.#closed) this.#socket.send(frame);
  }

  /**
   * Sends a message of a channel, and counts it for the client and for the channel. The frame is the caller's again when this
   * returns: the socket copies it.
   */
  data(frame: Uint8Array<ArrayBuffer>, channelTraffic: Traffic): void {
    if (this.#closed) return;
    this.#socket.send(frame);
    for (const traffic of [this.traffic, channelTraffic]) {
      traffic.messagesSent += 1;
      traffic.bytesSent += frame.byteLength;
    }
  }

  /** Bytes that the socket has taken and the peer has not. */
  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends nothing more. */
  close(): void {
    this.#closed = true;
  }
}
