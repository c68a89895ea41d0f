// Keeps the history of a slow signal on the server: each new viewer gets the last 300 messages at once. Show them:
//   deno run --allow-net examples/history.ts --watch ws://localhost:8765
// Apps plot by receive time: in Foxglove and Lichtblick, all old messages appear at the moment of connecting. A plot of
// Lichtblick by header stamp shows them at their own time, because the messages have a header like those of ROS.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { FoxgloveClient } from "../src/client/mod.ts";
import { exitWithConnectError } from "./client_command_line.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { exitWithUsageError } from "./read_arguments.ts";

const DEPTH = 300;
const TEMPERATURE = json({ example: { header: { stamp: { sec: 0, nsec: 0 } }, celsius: 21.5 } });

/** Prints the history of a server, and then each new value. */
async function watch(url: string, signal: AbortSignal): Promise<void> {
  await using client = await FoxgloveClient.connect(url, { signal }).catch(exitWithConnectError);
  for await (const { timestamp, value } of client.subscribe("/temperature", TEMPERATURE, { signal })) {
    const ageSeconds = Math.max(0, Date.now() / 1000 - Number(timestamp) / 1e9);
    console.log(`${value.celsius.toFixed(2)} °C, ${ageSeconds.toFixed(1)} s ago`);
  }
}

if (import.meta.main) {
  const { watch: url, period, ...address } = listenOptions("Keeps the history of a temperature for new viewers.", {
    watch: {
      default: "",
      help: "--watch <url>     print the history of such a server and its new values, as a client",
    },
    period: { default: "1", help: "--period <number> seconds between two values (default: 1)" },
  });
  const periodMs = 1000 * Number(period);
  if (!(periodMs > 0)) exitWithUsageError(`--period is "${period}", must be a number above 0`);
  await runCancellable(async (signal) => {
    if (url !== "") return await watch(url, signal);
    await using server = new FoxgloveServer({ ...address, name: "example history" });
    const temperature = server.channel("/temperature", TEMPERATURE, { latch: { depth: DEPTH } });
    await startAndAnnounce(server, signal);
    for (let celsius = 21.5;; celsius += (21.5 - celsius) / 50 + (Math.random() - 0.5) / 5) {
      const now = Date.now();
      const stamp = { sec: Math.floor(now / 1000), nsec: now % 1000 * 1_000_000 };
      temperature.send({ header: { stamp }, celsius });
      await delay(periodMs, { signal });
    }
  });
}
