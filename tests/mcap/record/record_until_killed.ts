// A program with a server that sends 1000 messages a second, and records them, until it is killed. Its argument is the
// path.
//
// After each `flush()`, it prints how many messages were sent before the call.

import { FoxgloveServer } from "../../../mod.ts";
import { McapRecorder } from "../../../src/mcap/mod.ts";

const server = new FoxgloveServer({ name: "robot", logger: false });
const recorder = await McapRecorder.open(Deno.args[0]!, { chunkBytes: 4000, flushSeconds: 0.02 });
server.addSink(recorder);
const id = server.addChannel({ topic: "/count", encoding: "json" });
const start = performance.now();
let count = 0;
let isFlushing = false;

setInterval(() => {
  while (count < performance.now() - start) {
    server.sendMessage(id, BigInt(count), JSON.stringify({ count, text: "a".repeat(count % 200) }));
    count += 1;
  }
  if (!isFlushing) void flush();
}, 1);

async function flush(): Promise<void> {
  isFlushing = true;
  const before = count;
  await recorder.flush();
  console.log(before);
  isFlushing = false;
}
