// The server of a stall case: runs the case's program and publishes the probe's topic. Its one argument is `ServerArgs`, as JSON.

import { setImmediate } from "node:timers";
import { FoxgloveServer } from "../../mod.ts";
import { pace } from "../servers/pacing.js";
import { report } from "../servers/report.ts";
import { caseNamed } from "./cases.ts";
import type { ServerAnswer, ServerArgs } from "./stall_case.ts";

/** Of the probe's topic. */
const RATE_HZ = 1000;
const PAYLOAD = new Uint8Array(16);

const { case: name, folder }: ServerArgs = JSON.parse(Deno.args[0] ?? "");
const program = caseNamed(name).program(folder);
const server: FoxgloveServer = new FoxgloveServer({
  name: "stalls",
  port: 0,
  fallback: () => Response.json(answer()),
  ...program.options,
});
// Added first: the probe subscribes to the first channel of the first message.
const channelId = server.addChannel({ topic: "/probe", encoding: "json" });
program.setUp?.(server);
report((await server.start()).port);
pace({
  rateHz: RATE_HZ,
  publish: (timestamp) => server.sendMessage(channelId, timestamp, PAYLOAD),
  queuedBytes: () => undefined,
  frameBytes: 0,
  nextTurn: setImmediate,
});

function answer(): ServerAnswer {
  const { overflowedClients, excessiveClients, stuckClients } = server.stats();
  return { ...program.answer?.(server), evicted: overflowedClients + excessiveClients + stuckClients };
}
