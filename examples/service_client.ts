// Calls the services of service_server.ts: one call succeeds, one fails, and one times out.

import { runCancellable } from "../mod.ts";
import { FoxgloveClient, RequestError } from "../src/client/mod.ts";
import { connectOptions, exitWithConnectError } from "./client_command_line.ts";

const ADD = "/add_two_ints";
const SLEEP = "/sleep";

if (import.meta.main) {
  const { url } = connectOptions("Calls the services of service_server.ts.");
  await runCancellable(async (signal) => {
    await using client = await FoxgloveClient.connect(url, { signal }).catch(exitWithConnectError);
    await client.waitForService(ADD, { signal });
    await client.waitForService(SLEEP, { signal });
    for (const service of client.services.values()) console.log(`${service.name}: ${service.type}`);

    const { payload } = await client.callService(ADD, JSON.stringify({ a: 20, b: 22 }), { signal });
    console.log("20 + 22 =", JSON.parse(new TextDecoder().decode(payload)).sum);

    try {
      await client.callService(ADD, "not JSON", { signal });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      console.log(`The call failed: ${error.message}`);
    }

    const timeout = AbortSignal.timeout(500);
    try {
      await client.callService(SLEEP, JSON.stringify({ seconds: 60 }), { signal: AbortSignal.any([signal, timeout]) });
    } catch (error) {
      if (error !== timeout.reason) throw error;
      console.log(`${SLEEP} timed out`);
    }
  });
}
