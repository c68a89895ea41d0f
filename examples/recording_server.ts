// Records a server to a folder with a budget, and keeps its last minute in memory, which is a download:
//   deno run --allow-net --allow-read=recordings --allow-write=recordings examples/recording_server.ts
//   curl -o last_minute.mcap http://localhost:8765/last_minute.mcap

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { McapRecorder, ringRecorder } from "../src/mcap/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { exitWithUsageError } from "./read_arguments.ts";

const BATTERY = json({ example: { volts: 12.6 } });

if (import.meta.main) {
  const { folder, budget, ...address } = listenOptions("Records itself, and serves its last minute as a download.", {
    folder: { default: "recordings", help: "--folder <path>   where the files are (default: recordings)" },
    budget: { default: "100", help: "--budget <MiB>    the oldest files are removed above this (default: 100)" },
  });
  const maxTotalBytes = Number(budget) * 1024 * 1024;
  if (!(maxTotalBytes > 0)) exitWithUsageError(`--budget is "${budget}", must be a number above 0`);

  await runCancellable(async (signal) => {
    const lastMinute = ringRecorder({ seconds: 60, bytes: 64 * 1024 * 1024 });
    await using server = new FoxgloveServer({
      ...address,
      name: "example recording",
      fallback: (request) =>
        new URL(request.url).pathname === "/last_minute.mcap"
          ? new Response(lastMinute.stream(), { headers: { "content-type": "application/octet-stream" } })
          : new Response("See /last_minute.mcap\n", { status: 404 }),
    });

    await Deno.mkdir(folder, { recursive: true });
    // A new file each 10 minutes, whose name is the time.
    const recorder = await McapRecorder.open(`${folder}/{time}.mcap`, { maxFileSeconds: 600, maxTotalBytes });
    server.addSink(recorder);
    server.addSink(lastMinute);

    await startAndAnnounce(server, signal);
    const battery = server.channel("/battery", BATTERY);
    for (let volts = 12.6;; volts = volts > 11 ? volts - 0.01 : 12.6) {
      battery.send({ volts });
      await delay(100, { signal });
    }
  });
}
