// Heartbeats: a robot that has connected to a relay notices by them that the connection is broken.

import type { ClientSocket } from "../client/client_socket.ts";
import type { FoxgloveClient } from "../client/mod.ts";
import type { Clock } from "../clock.ts";
import { encodeClientMessage } from "../protocol/encode.ts";

/** How often a relay sends one, in ms. */
const INTERVAL_MS = 10_000;

/** How long a relay may send nothing, in ms: two heartbeats may be late or lost in a queue. */
export const MAX_SILENCE_MS = 30_000;

/** Has no effect at any server. The protocol has no message that is made for this. */
const HEARTBEAT = encodeClientMessage({ op: "unsubscribe", subscriptionIds: [] });

/** Sends heartbeats on the socket of a client until it is closed. */
export function sendHeartbeats(client: FoxgloveClient, socket: ClientSocket, clock: Clock): void {
  let cancel: () => void;
  const schedule = () => {
    cancel = clock.after(INTERVAL_MS, () => {
      schedule();
      if (client.state.type === "open") socket.send(HEARTBEAT);
    });
  };
  schedule();
  void client.closed.then(() => cancel());
}
