// Sink: a client without a network, to measure the server's own time.

import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { FakeServerSocket } from "../../tests/support/fake_server_socket.ts";

// Sinks count as the platform's sockets, for which the server makes no copies: copies would be measured.
Object.setPrototypeOf(FakeServerSocket.prototype, WebSocket.prototype);

/** Counts the messages that it receives, and discards them. */
export class Sink extends FakeServerSocket {
  /** Data frames and their bytes. */
  frames = 0;
  bytes = 0;

  /** Connects to a server, which does not have to listen. */
  constructor(server: FoxgloveServer) {
    super();
    server.acceptSocket(this, { subprotocol: "foxglove.websocket.v1" });
  }

  /** Counts binary frames. */
  override send(data: string | Uint8Array<ArrayBuffer>): void {
    if (!(data instanceof Uint8Array)) return;
    this.frames += 1;
    this.bytes += data.byteLength;
  }

  override close(): void {
    this.emit("close");
  }

  subscribe(channelId: ChannelId): void {
    const id = 1 as SubscriptionId;
    this.receive(encodeClientMessage({ op: "subscribe", subscriptions: [{ id, channelId }] }));
  }
}
