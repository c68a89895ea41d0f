// checkMcap(): what is wrong with files.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { checkMcap } from "../../../src/mcap/check/check_mcap.ts";
import type { McapCheckReport } from "../../../src/mcap/check/check_report.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { makeConformanceFile } from "../conformance/conformance_file.ts";
import { conformanceVariants } from "../conformance/variants.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { makeFile, message, type Part } from "../support/make_file.ts";

const PARTS: Part[] = [
  { chunk: [message(10), message(12, 2), message(11)] },
  { metadata: { name: "robot", metadata: new Map([["name", "r1"]]) } },
  { attachment: { logTime: 1n, createTime: 2n, name: "map", mediaType: "image/png", data: new Uint8Array(30) } },
  { chunk: [message(9), message(20, 2)] },
];

async function check(bytes: Uint8Array): Promise<McapCheckReport> {
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  return await checkMcap({ size: bytes.length, read });
}

async function problemsOf(bytes: Uint8Array): Promise<string[]> {
  return (await check(bytes)).findings.map(({ offset, problem }) => `${offset}: ${problem}`);
}

Deno.test("checkMcap() finds nothing in whole files", async () => {
  for (const compression of ["none", "zstd"] as const) {
    for (const hasSummary of [true, false]) {
      for (const hasMessageIndexes of [true, false]) {
        const { bytes } = makeFile(PARTS, { compression, hasSummary, hasMessageIndexes });
        const report = await check(bytes);
        assertEquals(report, {
          messages: 5,
          chunks: 2,
          attachments: 1,
          metadata: 1,
          bytes: bytes.length,
          lateMessages: 2,
          findings: [],
          moreFindings: 0,
        });
      }
    }
  }
});

Deno.test("checkMcap() finds nothing in the conformance files", async () => {
  let files = 0;
  for (const variant of conformanceVariants()) {
    const { bytes } = makeConformanceFile(variant);
    const problems = await problemsOf(bytes);
    assertEquals(problems, [], Deno.inspect(variant));
    files += 1;
  }
  assertEquals(files > 100, true);
});

Deno.test("checkMcap() finds a change of any byte, and a cut at any byte", async () => {
  const { bytes } = makeFile(PARTS);
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= 1;
    assertEquals((await check(changed)).findings.length > 0, true, `changed at ${at}`);
    assertEquals((await check(bytes.subarray(0, at))).findings.length > 0, true, `cut at ${at}`);
  }
  assertEquals(await problemsOf(Uint8Array.of(...bytes, 1)), [`${bytes.length}: expected the end, found 1 byte`]);
});

Deno.test("checkMcap() names the place and the reason of each fault, and goes on", async () => {
  const { bytes, places } = makeFile(PARTS);
  const chunk = bytes.slice();
  chunk[places[0]!.end - 1]! ^= 1;
  chunk[places[2]!.end - 6]! ^= 1;
  const problems = await problemsOf(chunk);
  assertEquals(problems.length, 2, problems.join("\n"));
  assertStringIncludes(problems[0]!, `${places[0]!.start}: expected the CRC-32 0x`);
  assertStringIncludes(problems[1]!, `${places[2]!.start}: expected the CRC-32 0x`);
  const length = bytes.slice();
  length.fill(0xff, places[1]!.start, places[1]!.start + 5);
  const { findings, messages } = await check(length);
  assertEquals([findings[0]?.offset, findings[1]?.offset, messages], [places[1]!.start, places[2]!.start, 5]);
  assertEquals(findings[1]?.problem, "reading continues here; data before this place may be lost");
});

Deno.test("checkMcap() names the place of a message that is too short, in a chunk and outside", async () => {
  const [chunk, outside] = [makeFile([{ chunk: [message(10)] }]), makeFile([{ message: message(10) }])];
  for (const { bytes, places } of [chunk, outside]) {
    // Splits the last message, which has 30 bytes, into one with 12 bytes and a private record.
    const content = places[0]!.end - 30;
    bytes.fill(0, content - 8, content);
    bytes[content - 8] = 12;
    bytes.fill(0, content + 12, content + 30);
    bytes.set([0x80, 9], content + 12);
  }
  const [{ start, end }] = chunk.places as [{ start: number; end: number }];
  // Without a checksum, the change of the chunk is not noticed.
  chunk.bytes.fill(0, start + 33, start + 37);
  // The records of the chunk begin 49 bytes after it.
  const inChunk = end - 30 - (start + 49);
  const text = "expected at least 22 bytes in Message, found 12";
  assertEquals((await problemsOf(chunk.bytes))[0], `${start}: ${text} at byte ${inChunk} in the chunk`);
  assertEquals((await problemsOf(outside.bytes))[0], `${outside.places[0]!.end - 30}: ${text}`);
});

Deno.test("checkMcap() compares the indexes and statistics with the data", async () => {
  const { bytes, places, dataEnd } = makeFile(PARTS);
  // The same summary after data with another message: all checksums of the chunk and the file are right.
  const other = makeFile([{ chunk: [message(10), message(12, 2), message(13)] }, ...PARTS.slice(1)]);
  const mixed = new Uint8Array(bytes.length);
  mixed.set(other.bytes.subarray(0, other.dataEnd));
  mixed.set(bytes.subarray(dataEnd), dataEnd);
  const index = await problemsOf(mixed);
  assertEquals(index.map((each) => each.replace(/^\d+: /, "")), [
    "expected messageEndTime 13 in ChunkIndex, found 12",
  ]);
  const counts = makeFile([...PARTS, { message: message(1, 3) }]);
  const builder = new ByteBuilder();
  builder.bytes(bytes.subarray(0, dataEnd - 13));
  encodeRecord(builder, { type: "Message", ...message(1, 3) });
  encodeRecord(builder, { type: "DataEnd", dataSectionCrc: 0 });
  const start = builder.length;
  builder.bytes(counts.bytes.subarray(counts.dataEnd));
  const file = builder.written().slice();
  new DataView(file.buffer).setBigUint64(file.length - 28, BigInt(start), true);
  assertEquals((await problemsOf(file)).filter((each) => !each.includes("CRC")), []);
  const wrong = bytes.slice();
  // The times of the first message in the MessageIndex.
  wrong[places[0]!.end + 9 + 6]! ^= 1;
  assertStringIncludes((await problemsOf(wrong)).join("\n"), "a MessageIndex of channel 1 that differs from the chunk");
});

Deno.test("checkMcap() counts faults above a hundred", async () => {
  const parts = Array.from({ length: 120 }, (_, index): Part => ({ chunk: [message(index)] }));
  const { bytes, places } = makeFile(parts);
  for (const { end } of places) bytes[end - 1]! ^= 1;
  const { findings, moreFindings } = await check(bytes);
  assertEquals([findings.length, moreFindings], [100, 20]);
});
