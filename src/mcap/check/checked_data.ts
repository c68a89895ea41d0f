// CheckedData: checks the records of the data section, and keeps what the summary must repeat.

import { chunkRecords, crcFault } from "../reader/chunk_records.ts";
import { Definitions } from "../reader/definitions.ts";
import type { ReadLimits } from "../reader/read_limits.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES, recordName } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import { parseChunk, parseMessageIndex } from "../records/parse_chunk.ts";
import { parseHeader } from "../records/parse_data.ts";
import { parseMessage } from "../records/parse_message.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { AttachmentIndex, Chunk, ChunkIndex, Message, MetadataIndex } from "../records/records.ts";
import { earlierOf, laterOf } from "../records/times.ts";
import type { Findings } from "./check_report.ts";

/** A chunk with the messages that its indexes must list. */
interface ReadChunk {
  readonly index: ChunkIndex & { readonly messageIndexOffsets: Map<number, number>; messageIndexLength: number };
  /** The log times by the offset of the message, by channel; `undefined` if the chunk could not be read. */
  readonly times: ReadonlyMap<number, ReadonlyMap<number, bigint>> | undefined;
}

/** The data section as far as it was read. */
export class CheckedData {
  readonly definitions: Definitions = new Definitions("reject");
  /** The chunks, attachments and metadata by the places at which they begin. */
  readonly chunks: Map<number, ChunkIndex> = new Map();
  readonly attachments: Map<number, AttachmentIndex> = new Map();
  readonly metadata: Map<number, MetadataIndex> = new Map();
  /** The number of messages by channel. */
  readonly messageCounts: Map<number, number> = new Map();
  messages = 0;
  lateMessages = 0;
  startTime: bigint | undefined;
  endTime: bigint | undefined;
  /** Whether everything was readable, so that counts can be compared. */
  isComplete = true;
  readonly #findings: Findings;
  readonly #limits: ReadLimits;
  /** The chunk whose message indexes may follow. */
  #chunk: ReadChunk | undefined;
  readonly #reportedChannels = new Set<number>();

  constructor(findings: Findings, limits: ReadLimits) {
    this.#findings = findings;
    this.#limits = limits;
  }

  /** Checks a record. `offset`: where it begins in the file. */
  add(opcode: number, content: Uint8Array, offset: number): void {
    const contentOffset = offset + RECORD_HEAD_BYTES;
    if (opcode !== Opcode.MESSAGE_INDEX) this.endChunk();
    try {
      switch (opcode) {
        case Opcode.HEADER:
          parseHeader(content, contentOffset);
          return;
        case Opcode.SCHEMA:
        case Opcode.CHANNEL:
          this.definitions.add(opcode, content, contentOffset);
          return;
        case Opcode.MESSAGE:
          this.#message(parseMessage(content, contentOffset), offset);
          return;
        case Opcode.CHUNK:
          this.#addChunk(content, offset);
          return;
        case Opcode.MESSAGE_INDEX:
          this.#messageIndex(content, offset);
          return;
        case Opcode.ATTACHMENT: {
          const attachment = parseAttachment(content, contentOffset);
          const { data, crc, ...fields } = attachment;
          const fault = crcFault(attachmentFields(content, attachment), crc, "the attachment", offset);
          if (fault) this.#findings.addError(fault);
          const length = content.length + RECORD_HEAD_BYTES;
          this.attachments.set(offset, { ...fields, offset, length, dataSize: data.length });
          return;
        }
        case Opcode.METADATA: {
          const { name } = parseMetadata(content, contentOffset);
          this.metadata.set(offset, { name, offset, length: content.length + RECORD_HEAD_BYTES });
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.isComplete = false;
      this.#findings.addError(error);
    }
  }

  /** Ends the message indexes of a chunk. */
  endChunk(): void {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (!chunk) return;
    const { index, times } = chunk;
    this.chunks.set(index.chunkStartOffset, index);
    // A file may have no message indexes at all.
    if (!times || index.messageIndexOffsets.size === 0) return;
    for (const id of times.keys()) {
      if (index.messageIndexOffsets.has(id)) continue;
      this.#findings.add(index.chunkStartOffset, `the chunk has no MessageIndex of channel ${id}`);
    }
  }

  #addChunk(content: Uint8Array, offset: number): void {
    const chunk = parseChunk(content, offset + RECORD_HEAD_BYTES);
    const index = chunkIndexOf(chunk, offset, content.length + RECORD_HEAD_BYTES);
    this.#chunk = { index, times: undefined };
    const times = this.#records(chunkRecords(chunk, offset, this.#limits), offset);
    this.#chunk = { index, times };
    const all = [...times.values()].flatMap((each) => [...each.values()]);
    if (all.length === 0) return;
    this.#findings.expectEqual(offset, "the chunk", {
      messageStartTime: [all.reduce(earlierOf), chunk.messageStartTime],
      messageEndTime: [all.reduce(laterOf), chunk.messageEndTime],
    });
  }

  /** Checks the records of a chunk. Returns its messages. */
  #records(records: Uint8Array, chunkOffset: number): Map<number, Map<number, bigint>> {
    const reader = new RecordReader(records);
    const times = new Map<number, Map<number, bigint>>();
    try {
      let result = reader.next();
      for (; result === "record"; result = reader.next()) {
        const { opcode, start } = reader;
        if (opcode === Opcode.MESSAGE) {
          const message = reader.message();
          this.#message(message, chunkOffset);
          const { channelId, logTime } = message;
          const own = times.get(channelId) ?? new Map<number, bigint>();
          times.set(channelId, own.set(start, logTime));
        } else if (opcode === Opcode.SCHEMA || opcode === Opcode.CHANNEL) {
          this.definitions.add(opcode, reader.content, start + RECORD_HEAD_BYTES);
        } else if (opcode <= Opcode.DATA_END) {
          this.#findings.add(chunkOffset, `${recordName(opcode)} in a chunk`);
        }
      }
      if (result !== "end") throw reader.cutError();
    } catch (error) {
      throw error instanceof McapError ? McapError.inChunk(error, chunkOffset) : error;
    }
    return times;
  }

  #message({ channelId, logTime }: Message, offset: number): void {
    this.messages += 1;
    this.messageCounts.set(channelId, (this.messageCounts.get(channelId) ?? 0) + 1);
    if (this.endTime !== undefined && logTime < this.endTime) this.lateMessages += 1;
    this.startTime = earlierOf(this.startTime ?? logTime, logTime);
    this.endTime = laterOf(this.endTime ?? logTime, logTime);
    if (!this.definitions.isComplete(channelId) && !this.#reportedChannels.has(channelId)) {
      this.#reportedChannels.add(channelId);
      const schemaId = this.definitions.channels.get(channelId)?.schemaId;
      const missing = schemaId === undefined ? `channel ${channelId}` : `schema ${schemaId}`;
      this.#findings.add(offset, `a message of ${missing}, which is not defined before it`);
    }
  }

  #messageIndex(content: Uint8Array, offset: number): void {
    const { channelId, records } = parseMessageIndex(content, offset + RECORD_HEAD_BYTES);
    const chunk = this.#chunk;
    if (!chunk) return this.#findings.add(offset, "a MessageIndex that does not follow a chunk");
    chunk.index.messageIndexOffsets.set(channelId, offset);
    chunk.index.messageIndexLength += content.length + RECORD_HEAD_BYTES;
    if (!chunk.times) return;
    const times = chunk.times.get(channelId);
    const isRight = (times?.size ?? 0) === new Set(records.map((each) => each.offset)).size &&
      records.every((each) => times?.get(each.offset) === each.logTime);
    if (!isRight) this.#findings.add(offset, `a MessageIndex of channel ${channelId} that differs from the chunk`);
  }
}

function chunkIndexOf(
  { messageStartTime, messageEndTime, compression, records, uncompressedSize }: Chunk,
  chunkStartOffset: number,
  chunkLength: number,
): ReadChunk["index"] {
  return {
    messageStartTime,
    messageEndTime,
    chunkStartOffset,
    chunkLength,
    messageIndexOffsets: new Map(),
    messageIndexLength: 0,
    compression,
    compressedSize: records.length,
    uncompressedSize,
  };
}
