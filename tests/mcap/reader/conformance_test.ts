// All files of the format's conformance suite, read with the index and as a stream.

import { assertEquals } from "@std/assert/equals";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import { readMcap } from "../../../src/mcap/reader/mcap_stream_reader.ts";
import type { McapMessage } from "../../../src/mcap/reader/mcap_message.ts";
import type { Attachment, McapRecord, Message, Metadata } from "../../../src/mcap/records/records.ts";
import { makeConformanceFile } from "../conformance/conformance_file.ts";
import { conformanceVariants } from "../conformance/variants.ts";
import { piecesOf, readAll } from "../support/read_all.ts";

const VARIANTS = conformanceVariants();

Deno.test("McapReader reads all 416 files of the conformance suite", async () => {
  let count = 0;
  for (const { name, records } of VARIANTS) {
    const { bytes } = makeConformanceFile(VARIANTS.find((each) => each.name === name)!);
    const reader = await McapReader.open(bytes);
    const messages = await readAll(reader.batches());
    const expected = messagesOf(records);
    assertEquals(messages.map(plain), expected.toSorted((a, b) => Number(a.logTime - b.logTime)), name);
    const reversed = await readAll(reader.batches({ reverse: true }));
    assertEquals(reversed.map(plain), messages.map(plain).reverse(), name);
    checkDefinitions(messages, records, name);
    assertEquals((await Array.fromAsync(reader.attachments())).map(withoutCrc), ofType(records, "Attachment"), name);
    assertEquals(await Array.fromAsync(reader.metadata()), ofType(records, "Metadata"), name);
    assertEquals([reader.fault, reader.skippedMessages], [undefined, 0], name);
    count += messages.length;
  }
  assertEquals([VARIANTS.length, count], [416, 1768]);
});

Deno.test("readMcap() reads all 416 files of the conformance suite in pieces of any size", async () => {
  for (const [index, variant] of VARIANTS.entries()) {
    const { name, records } = variant;
    const attachments: Attachment[] = [];
    const metadata: Metadata[] = [];
    const stream = readMcap(piecesOf(makeConformanceFile(variant).bytes, index % 50 + 1), {
      onAttachment: (attachment) => attachments.push(attachment),
      onMetadata: (record) => metadata.push(record),
    });
    const messages = await Array.fromAsync(stream);
    assertEquals(messages.map(plain), messagesOf(records), name);
    checkDefinitions(messages, records, name);
    assertEquals(attachments.map(withoutCrc), ofType(records, "Attachment"), name);
    assertEquals(metadata, ofType(records, "Metadata"), name);
    assertEquals(stream.header, { profile: "", library: "" });
    assertEquals(stream.statistics !== undefined, variant.features.has("st"), name);
  }
});

function checkDefinitions(messages: readonly McapMessage[], records: readonly McapRecord[], name: string): void {
  const [channel] = ofType(records, "Channel");
  const [schema] = ofType(records, "Schema");
  for (const message of messages) assertEquals([message.channel, message.schema], [channel, schema], name);
}

function messagesOf(records: readonly McapRecord[]): Message[] {
  return ofType(records, "Message") as Message[];
}

/** Returns the records of a type, without it and without checksums. */
function ofType(records: readonly McapRecord[], wanted: McapRecord["type"]): object[] {
  return records.filter(({ type }) => type === wanted).map(({ type: _, ...record }) => withoutCrc(record));
}

function withoutCrc(record: object): object {
  return "crc" in record ? { ...record, crc: 0 } : record;
}

function plain({ channel, sequence, logTime, publishTime, data }: McapMessage): Message {
  return { channelId: channel.id, sequence, logTime, publishTime, data };
}
