// This package's client on Deno's WebSocket, as programs use it. Its argument is a plan.

import { FoxgloveClient } from "../../src/client/mod.ts";
import { counter } from "./count.js";
import type { ReceiverPlan } from "./receiver_plan.ts";

const plan: ReceiverPlan = JSON.parse(Deno.args[0] ?? "");
const client = await FoxgloveClient.connect(`ws://127.0.0.1:${plan.port}`);
const subscription = client.subscribe("/bench");
const count = counter(plan, () => {
  if (subscription.dropped > 0) throw new Error(`${subscription.dropped} messages were dropped`);
  Deno.exit(0);
});
for await (const { payload } of subscription) count(payload.byteLength);
