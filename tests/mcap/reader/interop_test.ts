// Files of other implementations: npm's @mcap/core, PyPI's mcap and the test files of the crate mcap.

import { createRequire } from "node:module";
import { zstdCompressSync } from "node:zlib";
import { assertEquals } from "@std/assert/equals";
import { McapReader, readMcap } from "../../../src/mcap/mod.ts";
import type { McapMessage } from "../../../src/mcap/reader/mcap_message.ts";
import { explainMissing, MCAP_FOLDER, PYTHON } from "../../../tools/peers.ts";
import { testWithPython } from "../../interop/test_with_python.ts";
import { testWith } from "../../support/needed_programs.ts";
import { piecesOf, readAll } from "../support/read_all.ts";

/** The part of npm's @mcap/core that is used. */
interface NpmMcap {
  McapWriter: new (options: object) => {
    start(header: object): Promise<void>;
    registerSchema(schema: object): Promise<number>;
    registerChannel(channel: object): Promise<number>;
    addMessage(message: object): Promise<void>;
    addAttachment(attachment: object): Promise<void>;
    addMetadata(metadata: object): Promise<void>;
    end(): Promise<void>;
  };
}

/** The messages of each file, as the programs of all implementations write them. */
const EXPECTED = Array.from({ length: 300 }, (_, index) => {
  const logTime = BigInt(1_000_000 + index * 10 + (index % 7 === 0 ? -25 : 0));
  const data = `{"x":${index},"text":"${"a".repeat(index % 50)}"}`;
  return { topic: `/topic${index % 3}`, sequence: index, logTime, publishTime: logTime - 5n, data };
});

const npm = { path: explainMissing("mcap") ? undefined : MCAP_FOLDER, missing: `npm's mcap is not installed` };

for (const compression of ["none", "zstd"]) {
  for (const useChunks of [true, false]) {
    if (compression === "zstd" && !useChunks) continue;
    const kind = useChunks ? compression : "without chunks";
    testWith(npm, `McapReader and readMcap() read a file of npm's @mcap/core: ${kind}`, async (_, folder) => {
      await checkFile(await writeWithNpm(folder, compression, useChunks));
    });
  }
}

for (const compression of ["none", "lz4", "zstd"]) {
  for (const isChunked of [true, false]) {
    if (compression !== "none" && !isChunked) continue;
    const kind = isChunked ? compression : "without chunks";
    testWithPython(`McapReader and readMcap() read a file of PyPI's mcap: ${kind}`, ["mcap", "lz4"], async () => {
      const path = await Deno.makeTempFile({ suffix: ".mcap" });
      try {
        const script = `${import.meta.dirname}/write_with_mcap.py`;
        const args = [script, path, compression, String(isChunked)];
        const { success, stderr } = await new Deno.Command(PYTHON, { args }).output();
        assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
        await checkFile(await Deno.readFile(path));
        // By the path, too.
        await using reader = await McapReader.open(path);
        assertEquals((await readAll(reader.batches())).length, EXPECTED.length);
      } finally {
        await Deno.remove(path);
      }
    });
  }
}

/** Reads a file in all ways, and compares everything. */
async function checkFile(bytes: Uint8Array): Promise<void> {
  const reader = await McapReader.open(bytes);
  assertEquals([reader.header.profile, reader.fault], ["ros2", undefined]);
  const sorted = EXPECTED.toSorted((a, b) => Number(a.logTime - b.logTime));
  assertEquals((await readAll(reader.batches())).map(plain), sorted);
  assertEquals((await readAll(reader.batches({ reverse: true }))).map(plain), sorted.toReversed());
  const topic1 = await Array.fromAsync(reader.messages({ topics: ["/topic1"], start: 1_000_500n, end: 1_001_500n }));
  const isInRange = ({ logTime }: { logTime: bigint }) => logTime >= 1_000_500n && logTime < 1_001_500n;
  assertEquals(topic1.map(plain), sorted.filter((each) => each.topic === "/topic1" && isInRange(each)));
  const [attachment] = await Array.fromAsync(reader.attachments());
  assertEquals([attachment?.name, attachment?.mediaType, attachment?.logTime, attachment?.createTime], [
    "map",
    "image/png",
    8n,
    7n,
  ]);
  assertEquals(new TextDecoder().decode(attachment?.data), "123");
  assertEquals(await Array.fromAsync(reader.metadata()), [{ name: "robot", metadata: new Map([["name", "r1"]]) }]);
  const [schema] = reader.schemas.values();
  assertEquals([schema?.name, schema?.encoding, new TextDecoder().decode(schema?.data)], ["Pose", "jsonschema", "{}"]);
  assertEquals([...reader.channels.values()].map(({ metadata }) => metadata.get("key")), ["value", "value", "value"]);
  assertEquals(reader.statistics?.messageCount, EXPECTED.length);

  const names: string[] = [];
  const stream = readMcap(piecesOf(bytes, 700), {
    onAttachment: ({ name }) => names.push(name),
    onMetadata: ({ name }) => names.push(name),
  });
  assertEquals((await readAll(stream.batches())).map(plain), EXPECTED);
  assertEquals(names.toSorted(), ["map", "robot"]);
}

function plain({ channel, sequence, logTime, publishTime, data }: McapMessage) {
  return { topic: channel.topic, sequence, logTime, publishTime, data: new TextDecoder().decode(data) };
}

async function writeWithNpm(folder: string, compression: string, useChunks: boolean): Promise<Uint8Array> {
  const { McapWriter }: NpmMcap = createRequire(`${folder}/`)("@mcap/core");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let position = 0n;
  const compressChunk = (data: Uint8Array) => ({ compression: "zstd", compressedData: zstdCompressSync(data) });
  const writer = new McapWriter({
    writable: {
      position: () => position,
      write(bytes: Uint8Array) {
        parts.push(bytes.slice());
        position += BigInt(bytes.length);
        return Promise.resolve();
      },
    },
    chunkSize: 1000,
    useChunks,
    ...(compression === "zstd" && { compressChunk }),
  });
  await writer.start({ profile: "ros2", library: "test" });
  const encoder = new TextEncoder();
  const schemaId = await writer.registerSchema({ name: "Pose", encoding: "jsonschema", data: encoder.encode("{}") });
  const ids: number[] = [];
  for (let index = 0; index < 3; index++) {
    const metadata = new Map([["key", "value"]]);
    ids.push(
      await writer.registerChannel({ topic: `/topic${index}`, messageEncoding: "json", schemaId, metadata }),
    );
  }
  for (const { topic: _, data, ...message } of EXPECTED) {
    await writer.addMessage({ ...message, channelId: ids[message.sequence % 3], data: encoder.encode(data) });
  }
  const attachment = { name: "map", mediaType: "image/png", logTime: 8n, createTime: 7n };
  await writer.addAttachment({ ...attachment, data: encoder.encode("123") });
  await writer.addMetadata({ name: "robot", metadata: new Map([["name", "r1"]]) });
  await writer.end();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
