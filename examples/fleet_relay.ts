// A fleet: two demo robots, each with a server of its own, and one relay that serves both under prefixes. The relay has
// one connection to each robot, however many apps watch.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { relay } from "../src/relay/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { createRobot } from "./robot/robot.ts";

/** Starts a robot on a free port. */
async function startRobot(name: string, signal: AbortSignal): Promise<FoxgloveServer> {
  const robot = new FoxgloveServer({ name, port: 0 });
  const drive = createRobot(robot, { debug() {}, info() {}, warn() {}, error() {} });
  await robot.start({ signal });
  // It rejects with the reason of the signal, which ends the whole program.
  drive(signal).catch(() => {});
  return robot;
}

if (import.meta.main) {
  const options = listenOptions("Relays two demo robots, /robot1 and /robot2.");
  await runCancellable(async (signal) => {
    await using one = await startRobot("robot 1", signal);
    await using other = await startRobot("robot 2", signal);

    await using server = new FoxgloveServer({ ...options, name: "example fleet" });
    await using fleet = relay([
      { url: one.url!, prefix: "/robot1" },
      { url: other.url!, prefix: "/robot2" },
    ], server);
    await startAndAnnounce(server, signal);

    let last = "";
    for (;;) {
      const line = fleet.stats().upstreams.map(({ name, channels, subscribed, messages }) =>
        `${name}: ${channels} topics, ${subscribed} watched, ${messages} messages`
      ).join("; ");
      if (line !== last) console.log(line);
      last = line;
      await delay(5000, { signal });
    }
  });
}
