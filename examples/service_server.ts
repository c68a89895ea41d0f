// Two services that clients call: one adds numbers, and one sleeps and stops when its client leaves.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

if (import.meta.main) {
  const options = listenOptions("Provides the services /add_two_ints and /sleep.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example service server" });
    // The examples tell apps which members a request and a response have.
    server.service("/add_two_ints", ({ a, b }) => ({ sum: a + b }), {
      type: "AddTwoInts",
      request: json({ example: { a: 1, b: 2 } }),
      response: json({ example: { sum: 3 } }),
    });
    server.service("/sleep", async ({ seconds }, context) => {
      // Ends early when the client leaves.
      await delay(seconds * 1000, { signal: context.signal });
      return { slept: seconds };
    }, { type: "Sleep", request: json({ example: { seconds: 1 } }), response: json({ example: { slept: 1 } }) });
    await startAndAnnounce(server, signal);
    await server.closed;
  });
}
