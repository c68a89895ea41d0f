// Sink: a client without a network, for what the server itself costs.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import { acceptSocket, type FoxgloveServer } from "../../src/server/server.ts";

/** Counts what it is sent, and forgets it. */
export class Sink {
  /** Data frames and their bytes. */
  frames = 0;
  bytes = 0;
  /** What it has not read, as the server sees it. */
  bufferedAmount = 0;
  readonly readyState: number = WebSocket.OPEN;
  readonly #events: ReturnType<typeof acceptSocket>;

  /** Connects to a server that need not listen. */
  constructor(server: FoxgloveServer) {
    this.#events = acceptSocket(server, this, {
      subprotocol: "foxglove.websocket.v1",
      remoteAddr: undefined,
      userAgent: undefined,
    });
    this.#events.opened();
  }

  /** What a socket does with bytes. */
  send(data: string | Blob | ArrayBufferLike | ArrayBufferView): void {
    if (!(data instanceof Uint8Array)) return;
    this.frames += 1;
    this.bytes += data.byteLength;
  }

  close(): void {
    this.#events.closed();
  }

  subscribe(channelId: ChannelId): void {
    const id = 1 as SubscriptionId;
    this.#events.received(encodeClientMessage({ op: "subscribe", subscriptions: [{ id, channelId }] }));
  }
}
