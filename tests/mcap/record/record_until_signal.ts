// A program that records its server until a signal ends it. Its argument is the path.

import { FoxgloveServer, runCancellable } from "../../../mod.ts";
import { McapRecorder } from "../../../src/mcap/mod.ts";

await runCancellable(async (signal) => {
  const recorder = await McapRecorder.open(Deno.args[0]!, { flushSeconds: Infinity });
  const server = new FoxgloveServer({ name: "robot", port: 0 });
  server.addSink(recorder);
  await server.start();
  server.sendMessage(server.addChannel({ topic: "/odom", encoding: "json" }), 1n, "{}");
  console.log("ready");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await server.close();
  console.log(recorder.stats.messages);
});
