// The upper limit for Deno's WebSocket: a client that only counts. Its argument is a plan.

import { counter } from "./count.js";
import type { ReceiverPlan } from "./receiver_plan.ts";

const HEAD_BYTES = 13;

const plan: ReceiverPlan = JSON.parse(Deno.args[0] ?? "");
const socket = new WebSocket(`ws://127.0.0.1:${plan.port}`, ["foxglove.websocket.v1"]);
socket.binaryType = "arraybuffer";
const count = counter(plan, () => Deno.exit(0));
socket.onmessage = ({ data }) => {
  if (typeof data !== "string") return count(data.byteLength - HEAD_BYTES);
  const { op, channels } = JSON.parse(data);
  if (op !== "advertise") return;
  const subscriptions = [{ id: 1, channelId: channels[0].id }];
  socket.send(JSON.stringify({ op: "subscribe", subscriptions }));
};
