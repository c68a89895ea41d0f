// DamageSkipper: goes on after bytes that are not whole records.

import type { Definitions } from "../reader/definitions.ts";
import type { ReadLimits } from "../reader/read_limits.ts";
import type { RecordFeed } from "../reader/record_feed.ts";
import type { SeekableSource } from "../reader/seekable_source.ts";
import type { McapError } from "../records/mcap_error.ts";
import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import type { ChunkIndex } from "../records/records.ts";
import { chunkCompression, chunkExtent, MAX_CHUNK_HEAD_BYTES } from "./chunk_extent.ts";
import type { ChunkSalvage } from "./chunk_salvage.ts";
import { findRecord, type FindRecordOptions } from "./find_record.ts";
import { findSummary } from "./find_summary.ts";
import type { SalvageState } from "./salvage_state.ts";
import type { SalvageTally } from "./salvage_tally.ts";

/** Why no whole record follows, although the file goes on. */
export interface RecordFailure {
  readonly error: McapError;
  /** Whether a chunk begins here. */
  readonly isChunk: boolean;
}

/** A chunk whose end is missing is the last one of a file. Looking for it must not take long in a hostile file. */
const MAX_OPEN_CHUNKS = 4;

/** Reads what is readable of broken chunks, and searches for the next record. */
export class DamageSkipper {
  readonly #limits: ReadLimits;
  readonly #findOptions: FindRecordOptions;
  readonly #definitions: Definitions;
  readonly #tally: SalvageTally;
  readonly #chunks: ChunkSalvage;
  readonly #source: SeekableSource | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Where the summary says that chunks begin. */
  #chunkIndexes: ReadonlyMap<number, ChunkIndex> = new Map();
  #hasReadSummary = false;
  #openChunks = 0;

  /** `source`: has the summary; `undefined` if the file is a stream. */
  constructor(
    { limits, findOptions, definitions, tally }: SalvageState,
    chunks: ChunkSalvage,
    source: SeekableSource | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#limits = limits;
    this.#findOptions = findOptions;
    this.#definitions = definitions;
    this.#tally = tally;
    this.#chunks = chunks;
    this.#source = source;
    this.#signal = signal;
  }

  /** Searches for the first record of a file without magic bytes. Returns whether there is one. */
  async findFirst(feed: RecordFeed): Promise<boolean> {
    await this.#readSummary();
    return await this.#seek(feed);
  }

  /** Goes on after the start of a record that is broken, or does not end. Returns whether anything follows. */
  async skip(feed: RecordFeed, { error, isChunk }: RecordFailure): Promise<boolean> {
    const { offset } = feed;
    const { maxRecordBytes } = this.#limits;
    await feed.gather(MAX_CHUNK_HEAD_BYTES);
    const extent = isChunk ? chunkExtent(feed.bytes) : undefined;
    // Perhaps only the length of the record is wrong.
    if (extent && extent.recordBytes <= maxRecordBytes && await feed.gather(extent.recordBytes)) {
      this.#tally.find();
      this.#chunks.whole(feed.bytes.subarray(RECORD_HEAD_BYTES, extent.recordBytes), offset, error);
      feed.drop(extent.recordBytes);
      return true;
    }
    await this.#readSummary();
    const index = this.#chunkIndexes.get(offset);
    if (index && isPossible(index, maxRecordBytes) && await feed.gather(index.chunkLength)) {
      this.#tally.find();
      this.#chunks.indexed(feed.bytes.subarray(0, index.chunkLength), offset, index, error);
      feed.drop(index.chunkLength);
      return true;
    }
    if (isChunk) this.#tally.openChunk();
    if (extent && chunkCompression(feed.bytes, extent) === "") {
      // Its records are read one by one.
      this.#tally.find(offset + extent.headBytes);
      feed.drop(extent.headBytes);
      return true;
    }
    if (extent && this.#openChunks < MAX_OPEN_CHUNKS) {
      this.#openChunks += 1;
      await feed.gather(maxRecordBytes);
      this.#chunks.open(feed.bytes.subarray(RECORD_HEAD_BYTES, maxRecordBytes), offset);
    }
    feed.drop(1);
    return await this.#seek(feed);
  }

  /** Searches for the next record. Returns whether there is one. */
  async #seek(feed: RecordFeed): Promise<boolean> {
    const isFound = await feed.seek((bytes, isAll) => findRecord(bytes, isAll, this.#findOptions));
    if (isFound) this.#tally.skipTo(feed.offset);
    return isFound;
  }

  /** Reads the summary after the first fault, if it is readable. */
  async #readSummary(): Promise<void> {
    const source = this.#source;
    if (!source || this.#hasReadSummary) return;
    this.#hasReadSummary = true;
    const summary = await findSummary(source, this.#limits, this.#signal);
    if (!summary) return;
    this.#definitions.addMissing(summary.definitions);
    this.#chunkIndexes = summary.chunkIndexes;
  }
}

/** Whether the numbers of an index fit together. */
function isPossible({ chunkLength, compressedSize }: ChunkIndex, maxRecordBytes: number): boolean {
  return chunkLength <= maxRecordBytes && compressedSize > 0 && compressedSize + RECORD_HEAD_BYTES <= chunkLength;
}
