// Serves one channel whose messages count up, five times a second.

import { delay } from "@std/async/delay";
import { FoxgloveServer, type FoxgloveServerListener, runCancellable, timeNs } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const listener: FoxgloveServerListener = {
  onSubscribe: (_server, channelId) => console.log("First client subscribed to", channelId),
  onUnsubscribe: (_server, channelId) => console.log("Last client unsubscribed from", channelId),
};

if (import.meta.main) {
  const options = listenOptions("Serves one channel, example_msg, whose messages count up.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example server" });
    await startAndAnnounce(server, signal);
    server.setListener(listener);
    const channelId = server.addChannel({
      topic: "example_msg",
      encoding: "json",
      schemaName: "ExampleMsg",
      schema: JSON.stringify({
        type: "object",
        properties: { msg: { type: "string" }, count: { type: "number" } },
      }),
    });
    for (let count = 1;; count++) {
      await delay(200, { signal });
      server.sendMessage(channelId, timeNs(), JSON.stringify({ msg: "Hello!", count }));
    }
  });
}
