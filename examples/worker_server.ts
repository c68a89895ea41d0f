// A Worker produces messages on its own thread, so that heavy work does not delay clients. The main thread sends them.

import { FoxgloveServer, runCancellable, timeNs } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

if (import.meta.main) {
  const options = listenOptions("Serves a channel whose messages come from a Worker, 20 per second.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example worker server" });
    const channelId = server.addChannel({
      topic: "/wave",
      encoding: "json",
      schemaName: "Wave",
      schema: JSON.stringify({
        type: "object",
        properties: { sample: { type: "integer" }, value: { type: "number" } },
      }),
    });
    const worker = new Worker(new URL("./worker_producer.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => server.sendMessage(channelId, timeNs(), data);
    worker.onerror = (event) => console.error("The worker failed:", event.message);
    server.setListener({
      onSubscribe: () => worker.postMessage("start"),
      onUnsubscribe: () => worker.postMessage("stop"),
    });
    await startAndAnnounce(server, signal);
    await server.closed;
    worker.terminate();
  });
}
