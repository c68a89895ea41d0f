// A server of this package that sends JSON. Its arguments are a plan, and how the text is made: see JSON_SERVERS.

import { setImmediate } from "node:timers";
import { FoxgloveServer, json } from "../../mod.ts";
import { pace } from "./pacing.js";
import { report } from "./report.ts";
import type { ServerPlan } from "./server_plan.ts";

const HEAD_BYTES = 13;
const TOPIC = "/bench";

/** A part of the value that changes with each message. */
interface Joint {
  name: string;
  position: number;
  moving: boolean;
}

let seed = 1;
const { payloadBytes, rateHz }: ServerPlan = JSON.parse(Deno.args[0] ?? "");
const value = valueOf(payloadBytes);
const server = new FoxgloveServer({ name: "bench", port: 0, logger: false });
const send = sender(Deno.args[1]);
const [channelId] = server.channels.keys();
report((await server.start()).port);

pace({
  rateHz,
  publish: (timestamp) => {
    vary();
    send(timestamp);
  },
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
function valueOf(bytes: number): { joints: Joint[] } {
  const joints: Joint[] = [];
  const padded = (label: string) => ({ volts: 12.625, joints, label });
  const size = (label: string) => JSON.stringify(padded(label)).length;
  for (let index = 0; size("") <= bytes; index++) {
    joints.push({ name: `joint ${index}`, position: nextPosition(), moving: true });
  }
  joints.pop();
  // A string that repeat() makes is a tree of strings, for which JSON.stringify() takes twice as long for everything.
  return JSON.parse(JSON.stringify(padded("x".repeat(bytes - size("")))));
}

/** Gives all joints new positions. V8 remembers the text of recent numbers, which real data does not benefit from. */
function vary(): void {
  for (const joint of value.joints) joint.position = nextPosition();
}

/** A random number whose text always has the same length. */
function nextPosition(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  const digits = seed % 1_000_000;
  return (1_000_000 + (digits % 10 === 0 ? digits + 1 : digits)) / 1_000_000;
}

function queuedBytes(): number | undefined {
  if (channelId === undefined || !server.hasSubscribers(channelId)) return undefined;
  let most = 0;
  for (const client of server.stats().clients) most = Math.max(most, client.queuedBytes);
  return most;
}
