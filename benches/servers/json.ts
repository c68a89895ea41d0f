// A server of this package that sends JSON. Its arguments are a plan, and how the text is made: see JSON_SERVERS.

import { setImmediate } from "node:timers";
import { FoxgloveServer, json } from "../../mod.ts";
import { pace } from "./pacing.js";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

const HEAD_BYTES = 13;
const TOPIC = "/bench";

const { payloadBytes, rateHz }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const value = valueOf(payloadBytes);
const server = new FoxgloveServer({ name: "bench", port: 0, logger: false });
const send = sender(Deno.args[1]);
const [channelId] = server.channels.keys();
report((await server.start()).port);

pace({
  rateHz,
  publish: send,
  queuedBytes,
  frameBytes: HEAD_BYTES + payloadBytes,
  nextTurn: setImmediate,
});

function sender(how: string | undefined): (timestamp: bigint) => void {
  switch (how) {
    case "raw": {
      const id = server.addChannel({ topic: TOPIC, encoding: "json" });
      return (timestamp) => server.sendMessage(id, timestamp, JSON.stringify(value));
    }
    case "handle": {
      const handle = server.channel(TOPIC, json({ example: value }));
      return (timestamp) => handle.send(value, { timestamp });
    }
    case "publish":
      server.publish(TOPIC, value);
      return (timestamp) => server.publish(TOPIC, value, { timestamp });
    default:
      throw new Error(`unknown way to send: ${how}`);
  }
}

/**
 * An object whose JSON text has exactly `bytes`: an array of objects with text, numbers and booleans, as robots send.
 */
function valueOf(bytes: number): object {
  const joints: object[] = [];
  const padded = (label: string) => ({ volts: 12.625, joints, label });
  const size = (label: string) => JSON.stringify(padded(label)).length;
  for (let index = 0; size("") <= bytes; index++) {
    joints.push({ name: `joint ${index}`, position: index / 7, moving: true });
  }
  joints.pop();
  return padded("x".repeat(bytes - size("")));
}

function queuedBytes(): number | undefined {
  if (channelId === undefined || !server.hasSubscribers(channelId)) return undefined;
  let most = 0;
  for (const client of server.stats().clients) most = Math.max(most, client.queuedBytes);
  return most;
}
