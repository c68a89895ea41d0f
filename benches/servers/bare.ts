// The upper limit of the native upgrade: a loop over bare `Deno.serve` sockets, with one buffer, and without queues or
// a protocol.

import { setImmediate } from "node:timers";
import { FIRST_MESSAGES, subscriptionOf } from "./greeting.ts";
import { pace } from "./pacing.js";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

const HEAD_BYTES = 13;

const { payloadBytes, rateHz, perTurn, stampsTime }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const frame = new Uint8Array(HEAD_BYTES + payloadBytes);
const view = new DataView(frame.buffer);
view.setUint8(0, 1);
const subscribers = new Map<WebSocket, number>();

const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  response.headers.set("sec-websocket-protocol", "foxglove.websocket.v1");
  socket.onopen = () => FIRST_MESSAGES.forEach((text) => socket.send(text));
  socket.onmessage = ({ data }) => subscribers.set(socket, subscriptionOf(data));
  socket.onclose = () => subscribers.delete(socket);
  return response;
});
report(addr.port);

pace({ rateHz, publish, queuedBytes, frameBytes: frame.length, perTurn, stampsTime, nextTurn: setImmediate });

function publish(timestamp: bigint): void {
  view.setBigUint64(5, timestamp, true);
  for (const [socket, id] of subscribers) {
    view.setUint32(1, id, true);
    socket.send(frame);
  }
}

function queuedBytes(): number | undefined {
  let most: number | undefined;
  for (const { bufferedAmount } of subscribers.keys()) most = Math.max(most ?? 0, bufferedAmount);
  return most;
}
