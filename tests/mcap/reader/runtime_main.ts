// Writes a file to the path in the first argument, reads and recovers it, and prints what it found. Runs on Node and
// Bun.

import { McapReader, McapWriter, readMcap, recover } from "../../../src/mcap/mod.ts";

/** The part of the process of Node and Bun that is used. */
const { argv } = (globalThis as unknown as { process: { argv: string[] } }).process;
const path = argv[2]!;

const writer = await McapWriter.open(path);
const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "json" });
for (let time = 1n; time <= 1000n; time++) writer.write({ channelId, logTime: time, data: new Uint8Array(1000) });
await writer.close();

const reader = await McapReader.open(path);
const last: string[] = [];
for await (const { logTime } of reader.messages({ start: 998n, reverse: true })) last.push(`${logTime}`);
await reader.close();

const missing = await McapReader.open(`${path}.none`).catch((error: unknown) => (error as { code?: string }).code);

const parts: Uint8Array<ArrayBuffer>[] = [];
const report = await recover(path, { write: (bytes) => void parts.push(bytes) });
let streamed = 0;
for await (const batch of readMcap(new Blob(parts).stream()).batches()) streamed += batch.length;

console.log(JSON.stringify({ last, missing, recovered: report.messages, streamed }));
