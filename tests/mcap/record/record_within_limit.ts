// A program that records to a file which may not grow above a limit, until that fails. It prints what it has lost. Its
// argument is the path.

import { FoxgloveServer } from "../../../mod.ts";
import { McapRecorder, RecordingError } from "../../../src/mcap/mod.ts";

const PAYLOAD = new Uint8Array(1000);

const recorder = await McapRecorder.open(Deno.args[0]!, { compression: "none", chunkBytes: 8000, logger: false });
await using server = new FoxgloveServer({ name: "robot", logger: false });
server.addSink(recorder);
const id = server.addChannel({ topic: "/a", encoding: "json" });
let sent = 0;
let failure: unknown;
recorder.closed.catch((error) => failure = error);
while (failure === undefined) {
  server.sendMessage(id, BigInt(sent), PAYLOAD);
  sent += 1;
  await new Promise((resolve) => setTimeout(resolve, 0));
}
if (!(failure instanceof RecordingError)) throw failure;
const { savedMessages: saved, lostMessages: lost } = failure;
const { messages, drops } = recorder.stats;
console.log(JSON.stringify({ sent, saved, lost, messages, drops }));
