// Two services that clients call: one adds numbers, and one sleeps and stops when its client leaves.

import { delay } from "@std/async/delay";
import { FoxgloveServer, type FoxgloveServerListener, runCancellable, type ServiceSchema } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

/** The schema of a request or a response that is a JSON object of numbers. */
function numbers(schemaName: string, ...members: string[]): ServiceSchema {
  const properties = Object.fromEntries(members.map((name) => [name, { type: "number" }]));
  const schema = JSON.stringify({ type: "object", properties });
  return { encoding: "json", schemaName, schemaEncoding: "jsonschema", schema };
}

if (import.meta.main) {
  const options = listenOptions("Provides the services /add_two_ints and /sleep.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({
      ...options,
      name: "example service server",
      capabilities: ["services"],
      supportedEncodings: ["json"],
    });
    await startAndAnnounce(server, signal);
    const add = server.addService({
      name: "/add_two_ints",
      type: "AddTwoInts",
      request: numbers("AddTwoInts_Request", "a", "b"),
      response: numbers("AddTwoInts_Response", "sum"),
    });
    const sleep = server.addService({
      name: "/sleep",
      type: "Sleep",
      request: numbers("Sleep_Request", "seconds"),
      response: numbers("Sleep_Response", "slept"),
    });
    const listener: FoxgloveServerListener = {
      async onServiceRequest(_server, serviceId, _callId, _encoding, payload, context) {
        const request = JSON.parse(new TextDecoder().decode(payload));
        switch (serviceId) {
          case add:
            return JSON.stringify({ sum: request.a + request.b });
          case sleep:
            // Ends early when the client leaves.
            await delay(request.seconds * 1000, { signal: context.signal });
            return JSON.stringify({ slept: request.seconds });
          default:
            throw new Error(`no service ${serviceId}`); // the client gets this text
        }
      },
    };
    server.setListener(listener);
    await server.closed;
  });
}
