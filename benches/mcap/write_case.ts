// A process of the write benchmark: writes a file and prints a report. Its arguments are a plan and the folder of npm's
// package.

import { createRequire } from "node:module";
import { constants, zstdCompressSync } from "node:zlib";
import { McapWriter } from "../../src/mcap/mod.ts";
import { peakResidentBytes, resetPeakResidentBytes } from "../load/process_figures.ts";
import { makeTexts, SCHEMA, START_TIME, STEP, TOPICS } from "./data.ts";
import type { WritePlan, WriteReport } from "./write_plan.ts";

/** The part of npm's @mcap/core that is used. */
interface NpmMcap {
  McapWriter: new (options: object) => {
    start(header: { profile: string; library: string }): Promise<void>;
    registerSchema(schema: { name: string; encoding: string; data: Uint8Array }): Promise<number>;
    registerChannel(
      channel: { topic: string; messageEncoding: string; schemaId: number; metadata: Map<string, string> },
    ): Promise<number>;
    addMessage(
      message: { channelId: number; sequence: number; logTime: bigint; publishTime: bigint; data: Uint8Array },
    ): Promise<void>;
    end(): Promise<void>;
  };
}

const plan: WritePlan = JSON.parse(Deno.args[0]!);
const texts = makeTexts(plan.messageBytes);
resetPeakResidentBytes(Deno.pid);
const start = performance.now();
const messages = plan.writer === "ours" ? await writeOurs() : await writeNpm();
const seconds = (performance.now() - start) / 1000;
const { size: fileBytes } = await Deno.stat(plan.path);
const report: WriteReport = { seconds, messages, fileBytes, peakBytes: peakResidentBytes(Deno.pid) };
console.log(JSON.stringify(report));

/** The same message for both writers. */
function messageAt(index: number, channelIds: readonly number[]) {
  const logTime = START_TIME + BigInt(index) * STEP;
  return {
    channelId: channelIds[index % TOPICS.length]!,
    sequence: index,
    logTime,
    publishTime: logTime,
    data: texts[index % texts.length]!,
  };
}

async function writeOurs(): Promise<number> {
  const { compression, chunkBytes, count, path } = plan;
  const writer = await McapWriter.open(path, { compression, chunkBytes, synchronous: true });
  const schemaId = writer.addSchema(SCHEMA);
  const channelIds = TOPICS.map((topic) => writer.addChannel({ topic, messageEncoding: "json", schemaId }));
  for (let index = 0; index < count; index++) {
    writer.write(messageAt(index, channelIds));
  }
  await writer.close();
  return writer.stats.messages;
}

async function writeNpm(): Promise<number> {
  const { compression, chunkBytes, count, path } = plan;
  const { McapWriter }: NpmMcap = createRequire(`${Deno.args[1]}/`)("@mcap/core");
  using file = await Deno.open(path, { write: true, createNew: true });
  let position = 0n;
  const compressChunk = (data: Uint8Array) => ({
    compression: "zstd",
    compressedData: zstdCompressSync(data, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  });
  const writer = new McapWriter({
    writable: {
      position: () => position,
      // deno-lint-ignore require-await -- the package awaits it
      async write(bytes: Uint8Array) {
        for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
        position += BigInt(bytes.length);
      },
    },
    chunkSize: chunkBytes,
    ...(compression === "zstd" && { compressChunk }),
  });
  await writer.start({ profile: "", library: "bench" });
  const schemaId = await writer.registerSchema({ ...SCHEMA, data: new TextEncoder().encode(SCHEMA.data) });
  const channelIds: number[] = [];
  for (const topic of TOPICS) {
    channelIds.push(await writer.registerChannel({ topic, messageEncoding: "json", schemaId, metadata: new Map() }));
  }
  for (let index = 0; index < count; index++) {
    await writer.addMessage(messageAt(index, channelIds));
  }
  await writer.end();
  return count;
}
