// Gets the parameters of a server, sets two, and watches all of them.

import { type Parameter, runCancellable } from "../mod.ts";
import { FoxgloveClient } from "../src/client/mod.ts";
import { connectOptions, exitWithConnectError } from "./client_command_line.ts";

function print(title: string, parameters: readonly Parameter[]): void {
  for (const { name, value } of parameters) console.log(`${title} ${name} =`, value);
}

if (import.meta.main) {
  const { url } = connectOptions("Gets, sets and watches the parameters of a server, such as param_server.ts.");
  await runCancellable(async (signal) => {
    await using client = await FoxgloveClient.connect(url, { signal }).catch(exitWithConnectError);
    print("Got", await client.getParameters([], { signal }));

    // The values now in force, which may differ from the requested ones.
    const inForce = await client.setParameters([
      { name: "str_param", value: "set by param_client.ts" },
      { name: "read_only_str_param", value: "set by param_client.ts" },
    ], { signal });
    print("Set", inForce);

    // Yields all current values first, then changes. After a reconnect, it yields all values again.
    for await (const parameters of client.subscribeParameters([], { signal })) print("Now", parameters);
  });
}
