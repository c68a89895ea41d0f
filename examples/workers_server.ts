// Workers serve many clients on several cores, while the program produces messages on its own. Needs Linux.

import { runCancellable } from "../mod.ts";
import { serveWorkers } from "../src/workers/mod.ts";
import { announce, listenOptions, orExit } from "./command_line.ts";

if (import.meta.main) {
  const { workers, ...options } = listenOptions("Serves many clients on several cores.", {
    workers: { help: "--workers <number>  threads for clients (default: 2)", default: "2" },
  });
  await runCancellable(async (signal) => {
    await using server = await orExit(
      serveWorkers({ ...options, name: "example server with workers", workers: Number(workers), signal }),
    );
    const wave = server.channel<{ sample: number; value: number }>("/wave");
    announce(server);
    for (let sample = 0; !signal.aborted; sample++) {
      wave.send({ sample, value: Math.sin(sample / 10) });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}
