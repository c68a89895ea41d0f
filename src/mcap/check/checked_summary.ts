// CheckedSummary: compares the records of the summary section with the data section.

import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES, recordName } from "../records/opcode.ts";
import { parseAttachmentIndex, parseMetadataIndex } from "../records/parse_attachment.ts";
import { parseChunkIndex } from "../records/parse_chunk.ts";
import { parseStatistics, parseSummaryOffset } from "../records/parse_summary.ts";
import type { Footer } from "../records/records.ts";
import type { Findings } from "./check_report.ts";
import type { CheckedData } from "./checked_data.ts";

/** The summary section as far as it was read. */
export class CheckedSummary {
  readonly #findings: Findings;
  readonly #data: CheckedData;
  /** Where the records of each opcode are. */
  readonly #groups = new Map<number, { readonly start: number; length: number }>();
  readonly #indexed = new Set<number>();

  constructor(findings: Findings, data: CheckedData) {
    this.#findings = findings;
    this.#data = data;
  }

  /** Checks a record. `offset`: where it begins in the file. */
  add(opcode: number, content: Uint8Array, offset: number): void {
    const group = this.#groups.get(opcode) ?? { start: offset, length: 0 };
    group.length += content.length + RECORD_HEAD_BYTES;
    this.#groups.set(opcode, group);
    try {
      this.#check(opcode, content, offset);
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#findings.addError(error);
    }
  }

  /** Checks the footer, and whether everything is in the index. `summaryStart`: where the data section ends. */
  end(footer: Footer, summaryStart: number, offset: number): void {
    const hasRecords = this.#groups.size > 0;
    this.#findings.expectEqual(offset, "Footer", {
      summaryStart: [hasRecords ? summaryStart : 0, footer.summaryStart],
      summaryOffsetStart: [this.#groups.get(Opcode.SUMMARY_OFFSET)?.start ?? 0, footer.summaryOffsetStart],
    });
    const { chunks, attachments, metadata } = this.#data;
    for (
      const [opcode, places] of [
        [Opcode.CHUNK_INDEX, chunks],
        [Opcode.ATTACHMENT_INDEX, attachments],
        [Opcode.METADATA_INDEX, metadata],
      ] as const
    ) {
      // A file may have no index of this kind at all.
      if (!this.#groups.has(opcode)) continue;
      for (const place of places.keys()) {
        if (!this.#indexed.has(place)) this.#findings.add(place, `a record without ${recordName(opcode)}`);
      }
    }
  }

  #check(opcode: number, content: Uint8Array, offset: number): void {
    const contentOffset = offset + RECORD_HEAD_BYTES;
    const { chunks, attachments, metadata, definitions } = this.#data;
    switch (opcode) {
      case Opcode.SCHEMA:
      case Opcode.CHANNEL:
        definitions.add(opcode, content, contentOffset);
        break;
      case Opcode.CHUNK_INDEX: {
        const index = parseChunkIndex(content, contentOffset);
        this.#compare(opcode, index, chunks.get(index.chunkStartOffset), index.chunkStartOffset, offset);
        break;
      }
      case Opcode.ATTACHMENT_INDEX: {
        const index = parseAttachmentIndex(content, contentOffset);
        this.#compare(opcode, index, attachments.get(index.offset), index.offset, offset);
        break;
      }
      case Opcode.METADATA_INDEX: {
        const index = parseMetadataIndex(content, contentOffset);
        this.#compare(opcode, index, metadata.get(index.offset), index.offset, offset);
        break;
      }
      case Opcode.STATISTICS:
        this.#statistics(content, offset);
        break;
      case Opcode.SUMMARY_OFFSET: {
        const { groupOpcode, groupStart, groupLength } = parseSummaryOffset(content, contentOffset);
        const group = this.#groups.get(groupOpcode);
        if (group?.start === groupStart && group.length === groupLength) break;
        this.#findings.add(offset, `a SummaryOffset of ${recordName(groupOpcode)} that is not where these records are`);
        break;
      }
      default:
        // Applications may add private records.
        if (opcode <= Opcode.DATA_END) this.#findings.add(offset, `${recordName(opcode)} in the summary`);
    }
  }

  #compare(opcode: number, found: object, expected: object | undefined, place: number, offset: number): void {
    const name = recordName(opcode);
    if (!expected) return this.#findings.add(offset, `a ${name} of byte ${place}, where no such record begins`);
    this.#indexed.add(place);
    const entries = Object.entries(found).map(([field, value]) => {
      const other = expected[field as keyof typeof expected] as unknown;
      return [field, [textOf(other), textOf(value)]] as const;
    });
    this.#findings.expectEqual(offset, name, Object.fromEntries(entries));
  }

  #statistics(content: Uint8Array, offset: number): void {
    const found = parseStatistics(content, offset + RECORD_HEAD_BYTES);
    const { messages, definitions, attachments, metadata, chunks, startTime = 0n, endTime = 0n } = this.#data;
    // After a fault, more counts differ.
    if (!this.#data.isComplete) return;
    this.#findings.expectEqual(offset, "Statistics", {
      messageCount: [messages, found.messageCount],
      schemaCount: [definitions.schemas.size, found.schemaCount],
      channelCount: [definitions.channels.size, found.channelCount],
      attachmentCount: [attachments.size, found.attachmentCount],
      metadataCount: [metadata.size, found.metadataCount],
      chunkCount: [chunks.size, found.chunkCount],
      messageStartTime: [startTime, found.messageStartTime],
      messageEndTime: [endTime, found.messageEndTime],
    });
    if (found.channelMessageCounts.size === 0) return;
    for (const id of definitions.channels.keys()) {
      const counts: readonly [number, number] = [
        this.#data.messageCounts.get(id) ?? 0,
        found.channelMessageCounts.get(id) ?? 0,
      ];
      this.#findings.expectEqual(offset, "Statistics", { [`messageCount of channel ${id}`]: counts });
    }
  }
}

/** Returns a value that can be compared: maps have a fixed order. */
function textOf(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const entries = [...value as Map<number, number>].toSorted(([one], [other]) => one - other);
  return entries.map(([id, offset]) => `${id}: ${offset}`).join(", ") || "none";
}
