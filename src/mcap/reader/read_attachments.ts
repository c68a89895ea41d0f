// readAttachments() and readMetadata(): read what the indexes list.

import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import type { Attachment, AttachmentIndex, Metadata, MetadataIndex } from "../records/records.ts";
import { checkCrc } from "./chunk_records.ts";
import type { ReadLimits } from "./read_limits.ts";
import type { SeekableSource } from "./seekable_source.ts";
import { readWithin, recordContent } from "./segment_loader.ts";

/** Options of `McapReader.attachments()` and `McapReader.metadata()`. */
export interface McapRecordOptions {
  /**
   * Only records with this name.
   *
   * @default {undefined} All.
   */
  readonly name?: string;
  /** Ends the loop with its reason. */
  readonly signal?: AbortSignal;
}

/** Yields the attachments in the order of the indexes. Reads them one by one. */
export async function* readAttachments(
  source: SeekableSource,
  indexes: readonly AttachmentIndex[],
  limits: ReadLimits,
  { name, signal }: McapRecordOptions,
): AsyncGenerator<Attachment, undefined, undefined> {
  for (const index of indexes) {
    if (name !== undefined && index.name !== name) continue;
    const content = await readRecord(source, Opcode.ATTACHMENT, index, limits, signal);
    const offset = index.offset + RECORD_HEAD_BYTES;
    const attachment = parseAttachment(content, offset);
    if (limits.validateCrcs) checkCrc(attachmentFields(content, attachment), attachment.crc, "the attachment", offset);
    yield attachment;
  }
}

/** Yields the metadata records in the order of the indexes. Reads them one by one. */
export async function* readMetadata(
  source: SeekableSource,
  indexes: readonly MetadataIndex[],
  limits: ReadLimits,
  { name, signal }: McapRecordOptions,
): AsyncGenerator<Metadata, undefined, undefined> {
  for (const index of indexes) {
    if (name !== undefined && index.name !== name) continue;
    const content = await readRecord(source, Opcode.METADATA, index, limits, signal);
    yield parseMetadata(content, index.offset + RECORD_HEAD_BYTES);
  }
}

async function readRecord(
  source: SeekableSource,
  opcode: number,
  { offset, length }: AttachmentIndex | MetadataIndex,
  limits: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (length < RECORD_HEAD_BYTES) throw new McapError(`at least ${RECORD_HEAD_BYTES} bytes`, `${length}`, offset);
  return recordContent(await readWithin(source, offset, length, limits, signal), opcode, offset);
}
