// A robot on NATS. Its argument is a plan with the port of NATS.

import { setImmediate } from "node:timers";
import { FoxgloveServer } from "../../mod.ts";
import { publishToNats } from "../../src/nats/mod.ts";
import { connectToNats } from "../../tests/support/nats_server.ts";
import { pace } from "./pacing.js";
import { report } from "./report.ts";

const { natsPort, payloadBytes, rateHz }: { natsPort: number; payloadBytes: number; rateHz: number } = JSON.parse(
  Deno.args[0] ?? "",
);
const payload = new Uint8Array(payloadBytes);
const server = new FoxgloveServer({ name: "robot", logger: false });
const channelId = server.addChannel({ topic: "/bench", encoding: "bench" });
await publishToNats(server, await connectToNats(natsPort), { prefix: "bench" });
report(natsPort);
pace({
  rateHz,
  publish: (timestamp: bigint) => server.sendMessage(channelId, timestamp, payload),
  queuedBytes: () => 0,
  frameBytes: payloadBytes,
  perTurn: undefined,
  stampsTime: undefined,
  nextTurn: setImmediate,
});
