// SummaryBuilder: the indexes and statistics of a file, and its summary section.

import { crc32 } from "../compression/crc32.ts";
import { ByteBuilder } from "../records/byte_builder.ts";
import { encodeAttachmentIndex, encodeMetadataIndex } from "../records/encode_attachment.ts";
import { encodeChunkIndex } from "../records/encode_chunk.ts";
import { encodeFooter } from "../records/encode_data.ts";
import { encodeStatistics, encodeSummaryOffset } from "../records/encode_summary.ts";
import { magicBytes } from "../records/magic.ts";
import { Opcode } from "../records/opcode.ts";
import type { AttachmentIndex, ChunkIndex, MetadataIndex } from "../records/records.ts";
import type { ChannelDefinition, Definition } from "./definitions.ts";

/** The checksum is the last field of the footer. */
const CRC_BYTES = 4;

/** The schemas and channels of a file. */
export interface SummaryDefinitions {
  /** All schemas. */
  readonly schemas: readonly Definition[];
  /** All channels. */
  readonly channels: readonly Pick<ChannelDefinition, "id" | "record" | "messageCount">[];
}

/** Collects indexes as the bytes that the file gets, because a long recording has many. */
export class SummaryBuilder {
  readonly #definitions: SummaryDefinitions;
  readonly #chunkIndexes = new ByteBuilder();
  readonly #attachmentIndexes = new ByteBuilder();
  readonly #metadataIndexes = new ByteBuilder();
  #chunkCount = 0;
  #attachmentCount = 0;
  #metadataCount = 0;
  #startTime: bigint | undefined;
  #endTime = 0n;

  constructor(definitions: SummaryDefinitions) {
    this.#definitions = definitions;
  }

  /** How many chunks were added. */
  get chunkCount(): number {
    return this.#chunkCount;
  }

  /** Adds a chunk. */
  addChunk(index: ChunkIndex): void {
    encodeChunkIndex(this.#chunkIndexes, index);
    this.#chunkCount += 1;
    if (index.messageIndexOffsets.size === 0) return;
    if (this.#startTime === undefined || index.messageStartTime < this.#startTime) {
      this.#startTime = index.messageStartTime;
    }
    if (index.messageEndTime > this.#endTime) this.#endTime = index.messageEndTime;
  }

  /** Adds an attachment. */
  addAttachment(index: AttachmentIndex): void {
    encodeAttachmentIndex(this.#attachmentIndexes, index);
    this.#attachmentCount += 1;
  }

  /** Adds metadata. */
  addMetadata(index: MetadataIndex): void {
    encodeMetadataIndex(this.#metadataIndexes, index);
    this.#metadataCount += 1;
  }

  /** Returns everything after the data section. `summaryStart`: where it begins in the file. */
  build(summaryStart: number): Uint8Array<ArrayBuffer> {
    const { schemas, channels } = this.#definitions;
    const builder = new ByteBuilder();
    const groups: [opcode: number, write: () => void][] = [
      [Opcode.SCHEMA, () => appendAll(builder, schemas)],
      [Opcode.CHANNEL, () => appendAll(builder, channels)],
      [Opcode.STATISTICS, () => this.#appendStatistics(builder)],
      [Opcode.CHUNK_INDEX, () => builder.bytes(this.#chunkIndexes.written())],
      [Opcode.ATTACHMENT_INDEX, () => builder.bytes(this.#attachmentIndexes.written())],
      [Opcode.METADATA_INDEX, () => builder.bytes(this.#metadataIndexes.written())],
    ];
    const offsets = new ByteBuilder();
    for (const [groupOpcode, write] of groups) {
      const start = builder.length;
      write();
      const groupLength = builder.length - start;
      if (groupLength > 0) encodeSummaryOffset(offsets, { groupOpcode, groupStart: summaryStart + start, groupLength });
    }
    const summaryOffsetStart = summaryStart + builder.length;
    builder.bytes(offsets.written());
    encodeFooter(builder, { summaryStart, summaryOffsetStart, summaryCrc: 0 });
    const crcStart = builder.length - CRC_BYTES;
    builder.view.setUint32(crcStart, crc32(builder.written().subarray(0, crcStart)), true);
    builder.bytes(magicBytes());
    return builder.written();
  }

  #appendStatistics(builder: ByteBuilder): void {
    const { schemas, channels } = this.#definitions;
    const counts = new Map(channels.map(({ id, messageCount }) => [id, messageCount]));
    encodeStatistics(builder, {
      messageCount: channels.reduce((sum, { messageCount }) => sum + messageCount, 0),
      schemaCount: schemas.length,
      channelCount: channels.length,
      attachmentCount: this.#attachmentCount,
      metadataCount: this.#metadataCount,
      chunkCount: this.#chunkCount,
      messageStartTime: this.#startTime ?? 0n,
      messageEndTime: this.#endTime,
      channelMessageCounts: counts,
    });
  }
}

function appendAll(builder: ByteBuilder, definitions: readonly Pick<Definition, "record">[]): void {
  for (const { record } of definitions) builder.bytes(record);
}
