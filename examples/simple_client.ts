// Prints which channels a server adds and removes, and the messages of one topic.

import { runCancellable } from "../mod.ts";
import { FoxgloveClient, type FoxgloveClientListener } from "../src/client/mod.ts";
import { connectOptions, exitWithConnectError } from "./client_command_line.ts";

const listener: FoxgloveClientListener = {
  onConnectionState(_client, state) {
    if (state.type === "reconnecting") console.log(`${state.error.message}; reconnecting`);
  },
  onServerInfo: (_client, { name }) => console.log(`Connected to "${name}"`),
  onAdvertise(_client, channels) {
    for (const { topic, encoding, schemaName } of channels) console.log(`+ ${topic}: ${schemaName}, in ${encoding}`);
  },
  onUnadvertise(_client, channels) {
    for (const { topic } of channels) console.log(`- ${topic}`);
  },
  onError: (_client, error) => console.error(error), // for example a message that is not JSON
};

if (import.meta.main) {
  const { url, topic } = connectOptions("Lists the channels of a server, and prints the messages of a topic.", {
    topic: "example_msg",
  });
  await runCancellable(async (signal) => {
    await using client = await FoxgloveClient.connect(url, { signal, listener }).catch(exitWithConnectError);
    // This also finds a channel that is added later, or comes back after a reconnect.
    for await (const { timestamp, value } of client.subscribe(topic, { signal }).json()) {
      console.log(new Date(Number(timestamp / 1_000_000n)).toISOString(), topic, value);
    }
  });
}
