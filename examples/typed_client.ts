// Sends a target to typed_server.ts, calls its service, and prints its battery. All values have the types of topics.ts.

import { runCancellable } from "../mod.ts";
import { FoxgloveClient } from "../src/client/mod.ts";
import { connectOptions, exitWithConnectError } from "./client_command_line.ts";
import { BATTERY, type Charge, type Charged, TARGET } from "./topics.ts";

if (import.meta.main) {
  const { url } = connectOptions("Sends a target, calls a service, and prints the battery of typed_server.ts.");
  await runCancellable(async (signal) => {
    await using client = await FoxgloveClient.connect(url, { signal }).catch(exitWithConnectError);
    client.channel("/target", TARGET).send({ x: 1, y: 2 });
    const { minutes } = await client.service<Charge, Charged>("/charge").call({ percent: 80 }, { signal });
    console.log(`Charging takes ${minutes} minutes`);
    for await (const { value } of client.subscribe("/battery", BATTERY, { signal })) {
      console.log(`${value.volts.toFixed(2)} V in ${value.cells.length} cells`);
    }
  });
}
