// npm's @mcap/core, which reads what our writer has written.

import { createRequire } from "node:module";
import { zstdDecompressSync } from "node:zlib";
import { explainMissing, MCAP_FOLDER } from "../../../tools/peers.ts";
import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import type { Attachment, Channel, ChunkIndex, Message, Metadata, Schema } from "../../../src/mcap/records/records.ts";
import { testWith } from "../../support/needed_programs.ts";

/** What a reader finds in a file. Messages and others are summaries. */
export interface Findings {
  readonly profile: string;
  readonly schemas: readonly (readonly [name: string, encoding: string, data: string])[];
  readonly channels: readonly (readonly [topic: string, encoding: string, metadata: object, schemaName: string])[];
  readonly messages: readonly string[];
  readonly attachments: readonly unknown[];
  readonly metadata: readonly unknown[];
  /** Of messages, of chunks, of chunk indexes, and of the bytes of message indexes. */
  readonly counts: readonly number[];
}

/** The part of the package that is used. */
interface NpmMcap {
  McapIndexedReader: {
    Initialize(options: { readable: object; decompressHandlers: object }): Promise<{
      readonly header: { readonly profile: string };
      readonly schemasById: ReadonlyMap<number, Schema>;
      readonly channelsById: ReadonlyMap<number, Channel>;
      readonly chunkIndexes: readonly { readonly [Name in keyof ChunkIndex]: bigint }[];
      readonly statistics: { readonly messageCount: bigint; readonly chunkCount: number } | undefined;
      readMessages(options: { validateCrcs: boolean }): AsyncIterable<Message>;
      readAttachments(options: { validateCrcs: boolean }): AsyncIterable<Attachment>;
      readMetadata(): AsyncIterable<Metadata>;
    }>;
  };
  McapStreamReader: new (options: { decompressHandlers: object; validateCrcs: boolean }) => {
    append(bytes: Uint8Array): void;
    nextRecord(): NpmRecord | undefined;
    done(): boolean;
  };
}

type NpmRecord = { type: "Channel" } & Channel | { type: "Message" } & Message | { type: "Other" };

const decompressHandlers = {
  zstd: (bytes: Uint8Array, size: bigint) => {
    const result = zstdDecompressSync(bytes);
    if (BigInt(result.length) !== size) throw new Error(`Expected ${size} bytes, found ${result.length}`);
    return result;
  },
};

const missing = explainMissing("mcap");

/** Adds a test that is skipped if the package is missing. */
export function testWithNpm(name: string, run: () => Promise<void>): void {
  testWith({ path: missing === undefined ? MCAP_FOLDER : undefined, missing: missing ?? "" }, name, run);
}

function npmMcap(): NpmMcap {
  return createRequire(`${MCAP_FOLDER}/`)("@mcap/core");
}

/** Returns the summary of a message. */
export function summaryOfMessage(
  topic: string,
  { sequence, logTime, publishTime, data }: Omit<Message, "channelId">,
): string {
  return `${topic} ${sequence} ${logTime} ${publishTime} ${data.length} ${crc32(data)}`;
}

/** Reads a file by its indexes, and checks all checksums. */
export async function readIndexed(file: Uint8Array): Promise<Findings> {
  const reader = await npmMcap().McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(file.length)),
      read: (offset: bigint, size: bigint) => Promise.resolve(file.slice(Number(offset), Number(offset + size))),
    },
    decompressHandlers,
  });
  const { schemasById, channelsById, chunkIndexes, statistics } = reader;
  const messages = await Array.fromAsync(
    reader.readMessages({ validateCrcs: true }),
    (message) => summaryOfMessage(channelsById.get(message.channelId)!.topic, message),
  );
  const indexBytes = chunkIndexes.reduce((sum, index) => sum + Number(index.messageIndexLength), 0);
  return {
    profile: reader.header.profile,
    schemas: [...schemasById.values()].map((
      { name, encoding, data },
    ) => [name, encoding, new TextDecoder().decode(data)]),
    channels: [...channelsById.values()].map(({ topic, messageEncoding, metadata, schemaId }) => {
      return [topic, messageEncoding, Object.fromEntries(metadata), schemasById.get(schemaId)?.name ?? ""];
    }),
    messages,
    attachments: await Array.fromAsync(reader.readAttachments({ validateCrcs: true }), (attachment) => {
      const { name, mediaType, logTime, createTime, data } = attachment;
      return [name, mediaType, Number(logTime), Number(createTime), data.length];
    }),
    metadata: await Array.fromAsync(
      reader.readMetadata(),
      ({ name, metadata }) => [name, Object.fromEntries(metadata)],
    ),
    counts: [Number(statistics?.messageCount), statistics?.chunkCount ?? -1, chunkIndexes.length, indexBytes],
  };
}

/** Reads a file from its start. `isWhole`: whether the file has its end. */
export function readStream(file: Uint8Array): { messages: string[]; isWhole: boolean } {
  const reader = new (npmMcap().McapStreamReader)({ decompressHandlers, validateCrcs: true });
  const topics = new Map<number, string>();
  const messages: string[] = [];
  reader.append(file);
  for (let record; (record = reader.nextRecord());) {
    if (record.type === "Channel") topics.set(record.id, record.topic);
    if (record.type === "Message") messages.push(summaryOfMessage(topics.get(record.channelId)!, record));
  }
  return { messages, isWhole: reader.done() };
}
