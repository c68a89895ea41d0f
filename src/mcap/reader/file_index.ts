// FileIndex: where the messages, attachments and metadata of a file are. Its summary or a scan fills it.

import type { McapError } from "../records/mcap_error.ts";
import type { AttachmentIndex, ChunkIndex, MetadataIndex, Statistics } from "../records/records.ts";

/** A part of a file that is read at once: a chunk, or messages outside of chunks. */
export interface Segment {
  /** Where it begins in the file. */
  readonly offset: number;
  /** Its length, in bytes. */
  readonly length: number;
  /** The earliest log time of its messages, in ns. */
  readonly startTime: bigint;
  /** The latest log time of its messages, in ns. */
  readonly endTime: bigint;
  /** The channels of its messages; `undefined` if unknown. */
  readonly channelIds: ReadonlySet<number> | undefined;
  /** Whether it is the record of a chunk. Otherwise it is a sequence of records. */
  readonly isChunk: boolean;
}

/** Where the parts of a file are. */
export interface FileIndex {
  /** The chunks and the messages outside of chunks, in any order. */
  readonly segments: readonly Segment[];
  /** The chunks. */
  readonly chunkIndexes: readonly ChunkIndex[];
  /** The attachments. */
  readonly attachmentIndexes: readonly AttachmentIndex[];
  /** The metadata records. */
  readonly metadataIndexes: readonly MetadataIndex[];
  /** Counts and times; `undefined` if the file has none. */
  readonly statistics: Statistics | undefined;
  /** Why the end of the file is unreadable; `undefined` if the file is whole. */
  readonly fault: McapError | undefined;
}

/** Returns the segment of a chunk. */
export function segmentOf(index: ChunkIndex): Segment {
  const { messageIndexOffsets } = index;
  return {
    offset: index.chunkStartOffset,
    length: index.chunkLength,
    startTime: index.messageStartTime,
    endTime: index.messageEndTime,
    channelIds: messageIndexOffsets.size > 0 ? new Set(messageIndexOffsets.keys()) : undefined,
    isChunk: true,
  };
}
