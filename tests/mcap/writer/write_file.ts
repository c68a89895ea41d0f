// A program for any runtime: writes a file with each option, and prints what it notices. Its arguments are paths.
//
// It writes the first path twice. The second one is a device that is full, or empty if the system has none.

import process from "node:process";
import { McapWriter } from "../../../src/mcap/mod.ts";

const [path, fullPath] = process.argv.slice(-2) as [string, string];
const notes: unknown[] = [];

for (const synchronous of [false, true]) {
  const writer = await McapWriter.open(path, {
    overwrite: synchronous,
    synchronous,
    compression: "none",
    chunkBytes: 500,
  });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  for (let index = 0; index < 100; index++) {
    writer.write({ channelId, logTime: BigInt(index), data: new Uint8Array(100).fill(index) });
  }
  await writer.flush();
  writer.write({ channelId, logTime: 100n, data: new Uint8Array(100).fill(100) });
  await writer.close();
  notes.push(writer.stats.messages);
}
notes.push(await McapWriter.open(path).catch((error: { code: unknown }) => error.code));
for (const synchronous of fullPath === "" ? [] : [false, true]) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const writer = await McapWriter.open(fullPath, { overwrite: true, synchronous, onError });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  writer.write({ channelId, logTime: 0n, data: new Uint8Array(1000) });
  const rejections = [await writer.flush().catch(codeOf), await writer.close().catch(codeOf)];
  const isWritten = writer.stats.drops === 0 && !writer.isFull;
  notes.push([...rejections, errors.length, isWritten]);
}
console.log(JSON.stringify(notes));

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
