// The server of a stall scenario: runs its program and publishes the probe's topic. Its only argument is `ServerArgs`,
// as JSON.

import { setImmediate } from "node:timers";
import { FoxgloveServer } from "../../mod.ts";
import { pace } from "../servers/pacing.js";
import { report } from "../servers/report.ts";
import { scenarioNamed } from "./scenarios.ts";
import type { ServerAnswer, ServerArgs } from "./stall_scenario.ts";

/** The rate of the probe's topic. */
const RATE_HZ = 1000;
const PAYLOAD = new Uint8Array(16);

const { scenario: name, folder, transport }: ServerArgs = JSON.parse(Deno.args[0] ?? "");
const program = scenarioNamed(name).program(folder);
const server: FoxgloveServer = new FoxgloveServer({
  name: "stalls",
  port: 0,
  transport,
  fallback: () => Response.json(answer()),
  ...program.options,
});
// Added first, because the probe subscribes to the first advertised channel.
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
  const { overflow, excess, stuck, idle } = server.stats().disconnections;
  return { ...program.counters?.(server), evicted: overflow + excess + stuck + idle };
}
