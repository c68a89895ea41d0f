// echo(): sends each message of a client back, at the pace at which the client reads.

import type { Frame } from "../../src/server/delivery/outbox.ts";
import type { DirectTransport } from "../../src/server/direct/direct_transport.ts";

/** The part of a network connection that pauses reading. */
export interface PausableSocket {
  /** Stops reading. */
  pause(): unknown;
  /** Reads again. */
  resume(): unknown;
}

/** The line that the echo server prints at its end, as JSON. */
export interface EchoFigures {
  /** How many WebSockets it has accepted. */
  connections: number;
  /** The most bytes that were queued for one client. */
  peakQueuedBytes: number;
  /** The peak of the memory of the process (RSS). */
  peakRssBytes: number;
}

/**
 * Sends each message back with its type. While the transport has no room, nothing is read from the client: otherwise
 * the answers to a client that does not read them would fill the memory.
 *
 * @param onQueued Called with the number of queued bytes after each message.
 */
export function echo(transport: DirectTransport, socket: PausableSocket, onQueued: (bytes: number) => void): void {
  transport.onRoom(() => {
    if (transport.hasRoom) socket.resume();
  });
  transport.listen({
    opened() {},
    received(data) {
      const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
      transport.send(frame as Frame);
      onQueued(transport.queuedBytes);
      if (!transport.hasRoom) socket.pause();
    },
    oversized() {},
    roundTrip() {},
    closed() {},
  });
}
