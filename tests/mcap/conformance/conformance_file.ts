// makeConformanceFile(): writes a file of the conformance suite.

import { crc32 } from "../../../src/mcap/compression/crc32.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { encodeAttachment } from "../../../src/mcap/records/encode_attachment.ts";
import { magicBytes } from "../../../src/mcap/records/magic.ts";
import { Opcode } from "../../../src/mcap/records/opcode.ts";
import type { Attachment, Chunk, McapRecord, MessageIndexEntry } from "../../../src/mcap/records/records.ts";
import { writeSafeUint64 } from "../../../src/mcap/records/uint64.ts";
import { encodeRecord } from "../support/encode_record.ts";
import type { Feature, Variant } from "./variants.ts";

/** A file, and the records outside chunks that were written to it. */
export interface ConformanceFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly records: readonly McapRecord[];
}

/** Follows the fields of a record in a file with the feature `pad`. */
const PADDING = Uint8Array.of(0x01, 0xff, 0xff);
/** These records do not get padding. */
const UNPADDED: readonly McapRecord["type"][] = ["Message", "Chunk", "DataEnd", "Footer"];
const FOOTER_BYTES_BEFORE_CRC = 25;

/** Where a group of records of the summary is. */
interface Group {
  readonly groupOpcode: number;
  readonly groupStart: number;
  readonly groupLength: number;
}

/** Returns the bytes of the file, which are always the same. */
export function makeConformanceFile(variant: Variant): ConformanceFile {
  return new FileMaker(variant).make();
}

class FileMaker {
  readonly #variant: Variant;
  readonly #builder = new ByteBuilder();
  readonly #written: McapRecord[] = [];
  readonly #indexes: Record<"mdx" | "ax" | "chx", McapRecord[]> = { mdx: [], ax: [], chx: [] };

  constructor(variant: Variant) {
    this.#variant = variant;
  }

  make(): ConformanceFile {
    const builder = this.#builder;
    builder.bytes(magicBytes());
    this.#write({ type: "Header", profile: "", library: "" });
    this.#writeData();
    this.#write({ type: "DataEnd", dataSectionCrc: crc32(builder.written()) });
    this.#writeSummary();
    builder.bytes(magicBytes());
    return { bytes: builder.written(), records: this.#written };
  }

  #has(feature: Feature): boolean {
    return this.#variant.features.has(feature);
  }

  /** Writes a record. Returns its size. */
  #write(record: McapRecord): number {
    const { length } = this.#builder;
    const size = record.type === "Attachment" ? this.#writeAttachment(record) : encodeRecord(this.#builder, record);
    if (record.type !== "Attachment") this.#written.push(record);
    if (!this.#has("pad") || UNPADDED.includes(record.type)) return size;
    this.#builder.bytes(PADDING);
    writeSafeUint64(this.#builder.view, length + 1, size - 9 + PADDING.length);
    return size + PADDING.length;
  }

  #writeAttachment(attachment: Attachment): number {
    let crc = 0;
    const size = encodeAttachment(this.#builder, attachment, (fields) => crc = crc32(fields));
    this.#written.push({ type: "Attachment", ...attachment, crc });
    return size;
  }

  #writeData(): void {
    const inChunk: McapRecord[] = [];
    for (const record of this.#variant.records) {
      if (this.#has("ch") && ["Schema", "Channel", "Message"].includes(record.type)) {
        inChunk.push(record);
        continue;
      }
      const offset = this.#builder.length;
      const length = this.#write(record);
      if (record.type === "Metadata") {
        this.#indexes.mdx.push({ type: "MetadataIndex", offset, length, name: record.name });
      } else if (record.type === "Attachment") {
        const { logTime, createTime, name, mediaType, data } = record;
        const index = { offset, length, logTime, createTime, dataSize: data.length, name, mediaType };
        this.#indexes.ax.push({ type: "AttachmentIndex", ...index });
      }
    }
    if (this.#has("ch")) this.#writeChunk(inChunk);
  }

  #writeChunk(records: readonly McapRecord[]): void {
    const { chunk, entries } = chunkOf(records);
    const chunkStartOffset = this.#builder.length;
    const chunkLength = this.#write({ type: "Chunk", ...chunk });
    const messageIndexOffsets = new Map<number, number>();
    let messageIndexLength = 0;
    for (const [channelId, records] of this.#has("mx") ? entries : []) {
      messageIndexOffsets.set(channelId, this.#builder.length);
      messageIndexLength += this.#write({ type: "MessageIndex", channelId, records });
    }
    const { messageStartTime, messageEndTime, uncompressedSize, compression } = chunk;
    this.#indexes.chx.push({
      type: "ChunkIndex",
      messageStartTime,
      messageEndTime,
      chunkStartOffset,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compression,
      compressedSize: chunk.records.length,
      uncompressedSize,
    });
  }

  #writeSummary(): void {
    const { records } = this.#variant;
    const start = this.#builder.length;
    const groups = [
      this.#writeGroup("rsh", Opcode.SCHEMA, records.filter(({ type }) => type === "Schema")),
      this.#writeGroup("rch", Opcode.CHANNEL, records.filter(({ type }) => type === "Channel")),
      this.#writeGroup("st", Opcode.STATISTICS, [statisticsOf(records, this.#has("ch") ? 1 : 0)]),
      this.#writeGroup("mdx", Opcode.METADATA_INDEX, this.#indexes.mdx),
      this.#writeGroup("ax", Opcode.ATTACHMENT_INDEX, this.#indexes.ax),
      this.#writeGroup("chx", Opcode.CHUNK_INDEX, this.#indexes.chx),
    ];
    const end = this.#builder.length;
    if (this.#has("sum")) {
      for (const group of groups.filter(({ groupLength }) => groupLength > 0)) {
        this.#write({ type: "SummaryOffset", ...group });
      }
    }
    this.#writeFooter(start, {
      summaryStart: end > start ? start : 0,
      summaryOffsetStart: this.#has("sum") ? end : 0,
    });
  }

  #writeGroup(feature: Feature, groupOpcode: number, records: readonly McapRecord[]): Group {
    const groupStart = this.#builder.length;
    if (this.#has(feature)) records.forEach((record) => this.#write(record));
    return { groupOpcode, groupStart, groupLength: this.#builder.length - groupStart };
  }

  #writeFooter(start: number, offsets: { summaryStart: number; summaryOffsetStart: number }): void {
    // The checksum includes the fields of the footer before it.
    const { length } = this.#builder;
    encodeRecord(this.#builder, { type: "Footer", ...offsets, summaryCrc: 0 });
    const summaryCrc = crc32(this.#builder.written().subarray(start, length + FOOTER_BYTES_BEFORE_CRC));
    this.#builder.truncate(length);
    this.#write({ type: "Footer", ...offsets, summaryCrc });
  }
}

/** Returns a chunk, and the entries of its message indexes by channel id. */
function chunkOf(records: readonly McapRecord[]): { chunk: Chunk; entries: Map<number, MessageIndexEntry[]> } {
  const builder = new ByteBuilder();
  const entries = new Map<number, MessageIndexEntry[]>();
  for (const record of records) {
    if (record.type === "Channel") entries.set(record.id, []);
    if (record.type === "Message") {
      entries.get(record.channelId)?.push({ logTime: record.logTime, offset: builder.length });
    }
    encodeRecord(builder, record);
  }
  const bytes = builder.take();
  const chunk = {
    ...timesOf(records),
    uncompressedSize: bytes.length,
    uncompressedCrc: crc32(bytes),
    compression: "",
    records: bytes,
  };
  return { chunk, entries };
}

function statisticsOf(records: readonly McapRecord[], chunkCount: number): McapRecord {
  const count = (type: McapRecord["type"]) => records.filter((record) => record.type === type).length;
  const messageCount = count("Message");
  return {
    type: "Statistics",
    messageCount,
    schemaCount: count("Schema"),
    channelCount: count("Channel"),
    attachmentCount: count("Attachment"),
    metadataCount: count("Metadata"),
    chunkCount,
    ...timesOf(records),
    channelMessageCounts: new Map(messageCount > 0 ? [[1, messageCount]] : []),
  };
}

function timesOf(records: readonly McapRecord[]): { messageStartTime: bigint; messageEndTime: bigint } {
  const times = records.flatMap((record) => record.type === "Message" ? [record.logTime] : []);
  times.sort((one, other) => one < other ? -1 : 1);
  return { messageStartTime: times[0] ?? 0n, messageEndTime: times.at(-1) ?? 0n };
}
