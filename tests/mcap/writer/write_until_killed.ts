// A program that writes 1000 messages a second to a file, until it is killed. Its arguments are the path and the
// compression.
//
// It flushes all the time. After each `flush()`, it prints how many messages were written before the call.

import { McapWriter } from "../../../src/mcap/mod.ts";

const FLUSH_MS = 20;

const [path, compression] = Deno.args as [string, "none" | "zstd"];
const writer = await McapWriter.open(path, { compression, chunkBytes: 4000 });
const schemaId = writer.addSchema({ name: "Count", encoding: "jsonschema", data: '{"type":"object"}' });
const channelId = writer.addChannel({ topic: "/count", messageEncoding: "json", schemaId });
const start = performance.now();
let count = 0;
let flushedAt = start;
let isFlushing = false;

setInterval(() => {
  const now = performance.now();
  while (count < now - start) write();
  if (!isFlushing && now - flushedAt > FLUSH_MS) void flush();
}, 1);

function write(): void {
  const data = new TextEncoder().encode(JSON.stringify({ count, text: "a".repeat(count % 200) }));
  writer.write({ channelId, sequence: count, logTime: BigInt(count), data });
  count += 1;
}

async function flush(): Promise<void> {
  isFlushing = true;
  const before = count;
  await writer.flush();
  console.log(before);
  flushedAt = performance.now();
  isFlushing = false;
}
