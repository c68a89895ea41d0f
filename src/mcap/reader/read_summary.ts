// readSummary(): reads the index of a file from its summary section.

import { checkMagic, MAGIC_LENGTH } from "../records/magic.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { parseAttachmentIndex, parseMetadataIndex } from "../records/parse_attachment.ts";
import { parseChunkIndex } from "../records/parse_chunk.ts";
import { parseFooter } from "../records/parse_data.ts";
import { parseStatistics } from "../records/parse_summary.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { AttachmentIndex, ChunkIndex, Footer, MetadataIndex, Statistics } from "../records/records.ts";
import { checkCrc } from "./chunk_records.ts";
import type { Definitions } from "./definitions.ts";
import { type FileIndex, segmentOf } from "./file_index.ts";
import type { ReadLimits } from "./read_limits.ts";
import type { SeekableSource } from "./seekable_source.ts";
import { readExactly } from "./source_window.ts";

/** The footer has a fixed size: two uint64 and a uint32. */
const FOOTER_BYTES = 20;
/** The size of the footer with the magic bytes after it. */
export const END_BYTES: number = RECORD_HEAD_BYTES + FOOTER_BYTES + MAGIC_LENGTH;
/** The end of the file that is read at once. Most summaries are in it, so that a web server gets one request less. */
const TAIL_BYTES = 64 * 1024;

/** A summary section. */
export interface Summary {
  /** The index that the summary contains. */
  readonly index: FileIndex;
  /** Whether it has the indexes of all chunks, attachments and metadata. */
  readonly isComplete: boolean;
}

/**
 * Reads the summary section, and adds its schemas and channels to `definitions`. Returns `undefined` if the file has
 * none.
 *
 * @throws {McapError} If the end of the file is missing or broken.
 */
export async function readSummary(
  source: SeekableSource,
  definitions: Definitions,
  options: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<Summary | undefined> {
  const { size } = source;
  const tailStart = Math.max(0, size - TAIL_BYTES);
  const tail = await readExactly(source, tailStart, size - tailStart, signal);
  const footer = footerOf(tail, tailStart);
  const { summaryStart, summaryCrc } = footer;
  if (summaryStart === 0) return undefined;
  const footerStart = size - END_BYTES;
  if (summaryStart < MAGIC_LENGTH || summaryStart > footerStart) {
    throw new McapError(`a summary before byte ${footerStart}`, `${summaryStart} in Footer`, footerStart);
  }
  // With the head of the footer and its first two fields, as far as the checksum goes.
  const end = footerStart + RECORD_HEAD_BYTES + 16;
  const { maxRecordBytes } = options;
  if (end - summaryStart > maxRecordBytes) {
    const expected = `a summary of at most ${maxRecordBytes} bytes, as the option maxRecordBytes allows`;
    throw new McapError(expected, `${end - summaryStart}`, summaryStart);
  }
  const bytes = summaryStart >= tailStart
    ? tail.subarray(summaryStart - tailStart, end - tailStart)
    : await readExactly(source, summaryStart, end - summaryStart, signal);
  if (options.validateCrcs) checkCrc(bytes, summaryCrc, "the summary", summaryStart);
  return summaryOf(bytes.subarray(0, footerStart - summaryStart), summaryStart, definitions);
}

function footerOf(tail: Uint8Array, tailStart: number): Footer {
  const magicStart = tail.length - MAGIC_LENGTH;
  checkMagic(tail, Math.max(0, magicStart), tailStart);
  const start = tail.length - END_BYTES;
  const reader = new RecordReader(tail.subarray(Math.max(0, start), magicStart), { offset: tailStart + start });
  if (start >= 0 && reader.next() === "record" && reader.opcode === Opcode.FOOTER) {
    return parseFooter(reader.content, reader.recordOffset + RECORD_HEAD_BYTES);
  }
  throw new McapError("Footer", "other bytes", tailStart + Math.max(0, start));
}

function summaryOf(bytes: Uint8Array, offset: number, definitions: Definitions): Summary {
  const chunkIndexes: ChunkIndex[] = [];
  const attachmentIndexes: AttachmentIndex[] = [];
  const metadataIndexes: MetadataIndex[] = [];
  let statistics: Statistics | undefined;
  const reader = new RecordReader(bytes, { offset });
  let result = reader.next();
  for (; result === "record"; result = reader.next()) {
    const { opcode, content } = reader;
    const contentOffset = reader.recordOffset + RECORD_HEAD_BYTES;
    switch (opcode) {
      case Opcode.SCHEMA:
      case Opcode.CHANNEL:
        definitions.add(opcode, content, contentOffset);
        break;
      case Opcode.CHUNK_INDEX:
        chunkIndexes.push(parseChunkIndex(content, contentOffset));
        break;
      case Opcode.ATTACHMENT_INDEX:
        attachmentIndexes.push(parseAttachmentIndex(content, contentOffset));
        break;
      case Opcode.METADATA_INDEX:
        metadataIndexes.push(parseMetadataIndex(content, contentOffset));
        break;
      case Opcode.STATISTICS:
        statistics = parseStatistics(content, contentOffset);
        break;
    }
  }
  if (result !== "end") throw reader.cutError();
  const segments = chunkIndexes.map(segmentOf);
  const index = { segments, chunkIndexes, attachmentIndexes, metadataIndexes, statistics, fault: undefined };
  return { index, isComplete: isComplete(index) };
}

/** Whether the index lists all chunks, attachments and metadata. Only the statistics tell how many exist. */
function isComplete({ statistics, chunkIndexes, attachmentIndexes, metadataIndexes }: FileIndex): boolean {
  return statistics !== undefined && statistics.chunkCount === chunkIndexes.length &&
    statistics.attachmentCount === attachmentIndexes.length && statistics.metadataCount === metadataIndexes.length &&
    (statistics.messageCount === 0 || statistics.chunkCount > 0);
}
