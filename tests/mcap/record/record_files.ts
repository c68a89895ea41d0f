// A program for any runtime: records a server to files, with a budget, and to a ring. Prints what it notices. Its
// argument is a folder.

import process from "node:process";
import { FoxgloveServer } from "../../../mod.ts";
import { McapRecorder, ringRecorder } from "../../../src/mcap/mod.ts";

const folder = process.argv.at(-1)!;
const recorder = await McapRecorder.open(`${folder}/drive.mcap`, { maxTotalBytes: 80_000, compression: "none" });
const ring = ringRecorder();
const server = new FoxgloveServer({ name: "robot", logger: false });
server.addSink(recorder);
server.addSink(ring);
const id = server.addChannel({ topic: "/a", encoding: "json" });
for (let index = 1; index <= 200; index++) {
  server.sendMessage(id, BigInt(index), new Uint8Array(1000));
  if (index % 5 === 0) await recorder.flush();
}
await ring.dump(`${folder}/ring.mcap`);
await server.close();
const { messages, removedFiles, fileBytes } = recorder.stats;
console.log(JSON.stringify([messages, removedFiles > 0, fileBytes <= 80_000, recorder.paths]));
