// IndexBuilder: makes the index of a file from the beginnings of its records.

import type { McapError } from "../records/mcap_error.ts";
import { FieldReader } from "../records/field_reader.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { parseMessage } from "../records/parse_message.ts";
import type { AttachmentIndex, ChunkIndex, MetadataIndex } from "../records/records.ts";
import type { Definitions } from "./definitions.ts";
import { type FileIndex, type Segment, segmentOf } from "./file_index.ts";

/** Messages outside of chunks are read in parts of about this size. */
const MAX_SEGMENT_BYTES = 1024 * 1024;

/** A chunk whose message indexes may follow. */
type OpenChunkIndex = ChunkIndex & { readonly messageIndexOffsets: Map<number, number>; messageIndexLength: number };

/** A sequence of messages outside of chunks. */
type OpenSegment = { -readonly [Name in keyof Segment]: Segment[Name] } & { readonly channelIds: Set<number> };

/** Collects the parts of a file. */
export class IndexBuilder {
  readonly #definitions: Definitions;
  readonly #segments: Segment[] = [];
  readonly #chunkIndexes: ChunkIndex[] = [];
  readonly #attachmentIndexes: AttachmentIndex[] = [];
  readonly #metadataIndexes: MetadataIndex[] = [];
  #chunk: OpenChunkIndex | undefined;
  #run: OpenSegment | undefined;

  /** Schemas and channels outside of chunks are added to `definitions`. */
  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /**
   * Adds a record. `content` is at least the part of its content that the index needs. `offset`: where the record
   * begins in the file. `recordBytes`: its size, with its opcode and its length.
   *
   * @throws {McapError} If the content is malformed.
   */
  add(opcode: number, content: Uint8Array, offset: number, recordBytes: number): void {
    const contentOffset = offset + RECORD_HEAD_BYTES;
    if (opcode !== Opcode.MESSAGE_INDEX) this.#endChunk(true);
    switch (opcode) {
      case Opcode.MESSAGE:
        this.#addMessage(content, offset, recordBytes);
        break;
      case Opcode.CHUNK:
        this.#endRun();
        this.#chunk = chunkIndexOf(content, offset, recordBytes);
        break;
      case Opcode.MESSAGE_INDEX:
        if (!this.#chunk) break;
        this.#chunk.messageIndexOffsets.set(
          new FieldReader("MessageIndex", content, contentOffset).uint16("channelId"),
          offset,
        );
        this.#chunk.messageIndexLength += recordBytes;
        break;
      case Opcode.SCHEMA:
      case Opcode.CHANNEL:
        this.#definitions.add(opcode, content, contentOffset);
        break;
      case Opcode.ATTACHMENT:
        this.#endRun();
        this.#attachmentIndexes.push(attachmentIndexOf(content, offset, recordBytes));
        break;
      case Opcode.METADATA:
        this.#endRun();
        this.#metadataIndexes.push(metadataIndexOf(content, offset, recordBytes));
        break;
    }
  }

  /** Returns the index. `fault`: why the file ends here. */
  finish(fault?: McapError): FileIndex {
    // After a fault, message indexes of the last chunk may be missing.
    this.#endChunk(fault === undefined);
    this.#endRun();
    return {
      segments: this.#segments,
      chunkIndexes: this.#chunkIndexes,
      attachmentIndexes: this.#attachmentIndexes,
      metadataIndexes: this.#metadataIndexes,
      statistics: undefined,
      fault,
    };
  }

  #endChunk(hasAllIndexes: boolean): void {
    if (!this.#chunk) return;
    const segment = segmentOf(this.#chunk);
    this.#segments.push(hasAllIndexes ? segment : { ...segment, channelIds: undefined });
    this.#chunkIndexes.push(this.#chunk);
    this.#chunk = undefined;
  }

  #addMessage(content: Uint8Array, offset: number, recordBytes: number): void {
    const { channelId, logTime } = parseMessage(content, offset + RECORD_HEAD_BYTES);
    if (this.#run && offset + recordBytes - this.#run.offset > MAX_SEGMENT_BYTES) this.#endRun();
    const run = this.#run ??= {
      offset,
      length: 0,
      startTime: logTime,
      endTime: logTime,
      channelIds: new Set<number>(),
      isChunk: false,
    };
    run.length = offset + recordBytes - run.offset;
    run.channelIds.add(channelId);
    if (logTime < run.startTime) run.startTime = logTime;
    if (logTime > run.endTime) run.endTime = logTime;
  }

  #endRun(): void {
    if (this.#run) this.#segments.push(this.#run);
    this.#run = undefined;
  }
}

function chunkIndexOf(content: Uint8Array, offset: number, recordBytes: number): OpenChunkIndex {
  const fields = new FieldReader("Chunk", content, offset + RECORD_HEAD_BYTES);
  const messageStartTime = fields.uint64("messageStartTime");
  const messageEndTime = fields.uint64("messageEndTime");
  const uncompressedSize = fields.safeUint64("uncompressedSize");
  fields.skip("uncompressedCrc", 4);
  const compression = fields.string("compression");
  const compressedSize = fields.safeUint64("the length of records");
  return {
    messageStartTime,
    messageEndTime,
    chunkStartOffset: offset,
    chunkLength: recordBytes,
    messageIndexOffsets: new Map(),
    messageIndexLength: 0,
    compression,
    compressedSize,
    uncompressedSize,
  };
}

function attachmentIndexOf(content: Uint8Array, offset: number, length: number): AttachmentIndex {
  const fields = new FieldReader("Attachment", content, offset + RECORD_HEAD_BYTES);
  const logTime = fields.uint64("logTime");
  const createTime = fields.uint64("createTime");
  const name = fields.string("name");
  const mediaType = fields.string("mediaType");
  const dataSize = fields.safeUint64("the length of data");
  return { offset, length, logTime, createTime, dataSize, name, mediaType };
}

function metadataIndexOf(content: Uint8Array, offset: number, length: number): MetadataIndex {
  return { offset, length, name: new FieldReader("Metadata", content, offset + RECORD_HEAD_BYTES).string("name") };
}
