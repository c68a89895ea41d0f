// This package's server, as programs use it. Its arguments are a plan and the transport.

import { setImmediate } from "node:timers";
import { FoxgloveServer } from "../../mod.ts";
import { pace } from "./pacing.js";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

const HEAD_BYTES = 13;

const { payloadBytes, rateHz, perTurn, stampsTime }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const payload = new Uint8Array(payloadBytes);
const transport = Deno.args[1] === "direct" ? "direct" : "native";
const server = new FoxgloveServer({ name: "bench", port: 0, logger: false, transport });
const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
report((await server.start()).port);

pace({
  rateHz,
  publish,
  queuedBytes,
  frameBytes: HEAD_BYTES + payloadBytes,
  perTurn,
  stampsTime,
  nextTurn: setImmediate,
});

function publish(timestamp: bigint): void {
  server.sendMessage(channelId, timestamp, payload);
}

function queuedBytes(): number | undefined {
  if (!server.hasSubscribers(channelId)) return undefined;
  let most = 0;
  for (const client of server.stats().clients) most = Math.max(most, client.queuedBytes);
  return most;
}
