// checkMcap(): reads a file completely, and reports everything that is wrong with it.

import { countText } from "../../quantities.ts";

import { crcFault, wrongCrc } from "../reader/chunk_records.ts";
import { type McapReadLimits, resolveReadLimits } from "../reader/read_limits.ts";
import { RecordFeed } from "../reader/record_feed.ts";
import type { SeekableSource } from "../reader/seekable_source.ts";
import { readExactly } from "../reader/source_window.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES, recordName } from "../records/opcode.ts";
import { parseDataEnd, parseFooter } from "../records/parse_data.ts";
import { findRecord, type FindRecordOptions } from "../recover/find_record.ts";
import { openStream } from "../recover/open_stream.ts";
import { Findings, type McapCheckReport } from "./check_report.ts";
import { CheckedData } from "./checked_data.ts";
import { CheckedSummary } from "./checked_summary.ts";

/** Options of {@linkcode checkMcap}. */
export interface McapCheckOptions extends Pick<McapReadLimits, "maxRecordBytes"> {
  /** Called from time to time with how many bytes were read. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends the check with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Checks the structure of a file, all checksums, and the indexes and statistics against the data. After a fault, it
 * goes on with the next record that is plausible.
 *
 * @throws {unknown} If the source fails.
 */
export async function checkMcap(source: SeekableSource, options: McapCheckOptions = {}): Promise<McapCheckReport> {
  return await new FileCheck(source, options).run();
}

/** Where in the file the check is. */
type Place = "start" | "data" | "summary" | "end";

class FileCheck {
  readonly #source: SeekableSource;
  readonly #options: McapCheckOptions;
  readonly #findings = new Findings();
  readonly #limits;
  readonly #data: CheckedData;
  readonly #summary: CheckedSummary;
  /** How the next record is found after a fault. */
  readonly #search: FindRecordOptions;
  #place: Place = "start";
  /** Where the data section ends. */
  #summaryStart = 0;

  constructor(source: SeekableSource, options: McapCheckOptions) {
    this.#source = source;
    this.#options = options;
    this.#limits = resolveReadLimits(options);
    this.#data = new CheckedData(this.#findings, this.#limits);
    this.#summary = new CheckedSummary(this.#findings, this.#data);
    const { definitions } = this.#data;
    this.#search = {
      maxRecordBytes: this.#limits.maxRecordBytes,
      hasChannel: (id) => definitions.entry(id) !== undefined,
    };
  }

  async run(): Promise<McapCheckReport> {
    const { onProgress, signal } = this.#options;
    const { maxRecordBytes } = this.#limits;
    const { stream } = await openStream(this.#source, signal);
    const feed = new RecordFeed(stream, { maxRecordBytes, isNeeded: () => true, computesCrc: true, signal });
    try {
      let isReadable = await this.#tryTo(feed, 0, () => feed.magic());
      while (isReadable && this.#place !== "end") {
        isReadable = await this.#tryTo(feed, 1, async () => {
          const result = await feed.fill();
          if (typeof result === "object") throw result.error;
          while (this.#place !== "end" && feed.reader.next() === "record") await this.#record(feed);
        });
        onProgress?.(feed.offset);
        signal?.throwIfAborted();
      }
      this.#data.endChunk();
      if (isReadable) await this.#end(feed);
    } finally {
      await feed.close();
    }
    const { messages, chunks, attachments, metadata, lateMessages } = this.#data;
    return {
      messages,
      chunks: chunks.size,
      attachments: attachments.size,
      metadata: metadata.size,
      bytes: this.#source.size,
      lateMessages,
      findings: this.#findings.list,
      moreFindings: this.#findings.count - this.#findings.list.length,
    };
  }

  /** Runs a step. If it finds a fault, searches for the next record. Returns whether there is more to read. */
  async #tryTo(feed: RecordFeed, skipped: number, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#findings.addError(error);
      this.#data.isComplete = false;
      this.#data.endChunk();
      feed.drop(feed.reader.start + skipped);
      const isFound = await feed.seek((bytes, isAll) => findRecord(bytes, isAll, this.#search));
      if (isFound) this.#findings.add(feed.offset, "reading continues here; data before this place may be lost");
      return isFound;
    }
  }

  async #record(feed: RecordFeed): Promise<void> {
    const { opcode, content, recordOffset: offset } = feed.reader;
    if (this.#place === "start") {
      this.#place = "data";
      if (opcode !== Opcode.HEADER && this.#data.isComplete) {
        this.#findings.add(offset, `expected Header, found ${recordName(opcode)}`);
      }
    }
    if (opcode === Opcode.FOOTER) return await this.#footer(content, offset);
    if (this.#place === "summary") return this.#summary.add(opcode, content, offset);
    if (opcode !== Opcode.DATA_END) return this.#data.add(opcode, content, offset);
    this.#data.endChunk();
    this.#place = "summary";
    this.#summaryStart = offset + RECORD_HEAD_BYTES + content.length;
    const { dataSectionCrc } = parseDataEnd(content, offset + RECORD_HEAD_BYTES);
    // After a fault, the checksum is wrong, too.
    if (dataSectionCrc === 0 || !this.#data.isComplete || feed.crc === dataSectionCrc) return;
    this.#findings.addError(wrongCrc(dataSectionCrc, feed.crc, "the data section", offset));
  }

  async #footer(content: Uint8Array, offset: number): Promise<void> {
    if (this.#place !== "summary") this.#findings.add(offset, "expected DataEnd before Footer, found none");
    this.#place = "end";
    const footer = parseFooter(content, offset + RECORD_HEAD_BYTES);
    this.#summary.end(footer, this.#summaryStart, offset);
    const { summaryStart, summaryCrc } = footer;
    const end = offset + RECORD_HEAD_BYTES + 16;
    const length = end - summaryStart;
    if (summaryStart === 0 || summaryCrc === 0 || length <= 0 || length > this.#limits.maxRecordBytes) return;
    const bytes = await readExactly(this.#source, summaryStart, length, this.#options.signal);
    const fault = crcFault(bytes, summaryCrc, "the summary", summaryStart);
    if (fault) this.#findings.addError(fault);
  }

  /** Checks what follows the footer. */
  async #end(feed: RecordFeed): Promise<void> {
    try {
      await feed.magic();
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#findings.addError(error);
      return;
    }
    const rest = this.#source.size - feed.offset;
    if (rest > 0) this.#findings.add(feed.offset, `expected the end, found ${countText(rest, "byte")}`);
  }
}
