// ChunkSalvage: collects the messages of chunks, whole or broken.

import { decompressStart } from "../compression/decompress.ts";
import { chunkRecords, crcFault } from "../reader/chunk_records.ts";
import type { Definitions } from "../reader/definitions.ts";
import type { MessageCollector } from "../reader/message_collector.ts";
import type { ReadLimits } from "../reader/read_limits.ts";
import { McapError, withoutMcapError } from "../records/mcap_error.ts";
import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { parseChunk, parseOpenChunk } from "../records/parse_chunk.ts";
import type { Chunk, ChunkIndex } from "../records/records.ts";
import { findRecord, type FindRecordOptions } from "./find_record.ts";
import type { SalvageState } from "./salvage_state.ts";
import type { SalvageTally } from "./salvage_tally.ts";

/** Reads the chunks of a broken file. The collector gets their messages. */
export class ChunkSalvage {
  readonly #limits: ReadLimits;
  readonly #findOptions: FindRecordOptions;
  readonly #definitions: Definitions;
  readonly #collector: MessageCollector;
  readonly #tally: SalvageTally;

  constructor({ limits, findOptions, definitions, collector, tally }: SalvageState) {
    this.#limits = limits;
    this.#findOptions = findOptions;
    this.#definitions = definitions;
    this.#collector = collector;
    this.#tally = tally;
  }

  /** Collects the messages of a chunk that is in memory as a whole. `headFault`: what is wrong with its length. */
  whole(content: Uint8Array, recordOffset: number, headFault?: McapError): void {
    let chunk: Chunk;
    let records: Uint8Array;
    try {
      chunk = parseChunk(content, recordOffset + RECORD_HEAD_BYTES);
      records = chunkRecords(chunk, recordOffset, { ...this.#limits, validateCrcs: false });
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#tally.damageChunk(error, content.length);
      this.open(content, recordOffset);
      return;
    }
    const wrongCrc = crcFault(records, chunk.uncompressedCrc, "the chunk", recordOffset);
    const broken = wrongCrc ? this.#collectDamaged(records) : this.#collector.collect(records, 0);
    const fault = headFault ?? (broken ? McapError.inChunk(broken, recordOffset) : wrongCrc);
    if (fault) this.#tally.damageChunk(fault, content.length);
    else this.#tally.wholeChunk();
  }

  /** Collects the messages of a chunk whose head is lost, with the help of its index. */
  indexed(bytes: Uint8Array, offset: number, index: ChunkIndex, fault: McapError): void {
    const { compressedSize, compression } = index;
    this.#tally.damageChunk(fault, bytes.length);
    const limits = { maxUncompressedBytes: this.#limits.maxRecordBytes, offset };
    const compressed = bytes.subarray(bytes.length - compressedSize);
    const records = withoutMcapError(() => decompressStart(compression, compressed, limits));
    if (records) this.#collectDamaged(records);
  }

  /** Collects the messages at the start of a chunk whose end is missing or broken. */
  open(content: Uint8Array, recordOffset: number): void {
    const chunk = withoutMcapError(() => parseOpenChunk(content, recordOffset + RECORD_HEAD_BYTES));
    if (!chunk) return;
    const limits = { maxUncompressedBytes: this.#limits.maxRecordBytes, offset: recordOffset };
    // The compression may be unknown.
    const records = withoutMcapError(() => decompressStart(chunk.compression, chunk.records, limits));
    if (records) this.#collectDamaged(records);
  }

  /** Collects the messages of a damaged chunk. Definitions in it may be wrong. Returns the first fault. */
  #collectDamaged(records: Uint8Array): McapError | undefined {
    this.#definitions.rule = "keep";
    try {
      const first = this.#collector.collect(records, 0);
      for (let fault = first; fault;) {
        const from = fault.offset + 1;
        const { start, neededBytes } = findRecord(records.subarray(from), true, this.#findOptions);
        if (neededBytes > 0) break;
        fault = this.#collector.collect(records.subarray(from + start), from + start);
      }
      return first;
    } finally {
      this.#definitions.rule = "replace";
    }
  }
}
