// Publishes a message twice a second, which publish_server.ts prints. It continues after reconnects.

import { delay } from "@std/async/delay";
import { runCancellable } from "../mod.ts";
import { FoxgloveClient } from "../src/client/mod.ts";
import { connectOptions, exitWithConnectError } from "./client_command_line.ts";

if (import.meta.main) {
  const { url, topic } = connectOptions("Publishes JSON messages, which publish_server.ts prints.", { topic: "/cmd" });
  await runCancellable(async (signal) => {
    await using client = await FoxgloveClient.connect(url, { signal }).catch(exitWithConnectError);
    const channelId = client.advertise({ topic, encoding: "json", schemaName: "Command" });
    for (let count = 1;; count++) {
      // Never waits: the message is dropped if the connection is lost or too slow.
      const isSent = client.publish(channelId, JSON.stringify({ count }));
      console.log(`${isSent ? "Published" : "Dropped"} ${count} on ${topic}`);
      await delay(500, { signal });
    }
  });
}
