// salvage(): yields everything that can be read of a broken file.

import { decompressStart } from "../compression/decompress.ts";
import { chunkRecords, crcFault } from "../reader/chunk_records.ts";
import { Definitions } from "../reader/definitions.ts";
import { MessageCollector } from "../reader/message_collector.ts";
import { MessageFilter } from "../reader/message_filter.ts";
import type { ByteStream } from "../reader/piece_reader.ts";
import { type McapReadLimits, type ReadLimits, resolveReadLimits } from "../reader/read_limits.ts";
import { RecordFeed } from "../reader/record_feed.ts";
import type { McapInput, SeekableSource } from "../reader/seekable_source.ts";
import { McapError, withoutMcapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import { type OpenChunk, parseChunk, parseOpenChunk } from "../records/parse_chunk.ts";
import { parseHeader } from "../records/parse_data.ts";
import type { RecordReader } from "../records/record_reader.ts";
import type { Attachment, Channel, Chunk, ChunkIndex, Header, Schema } from "../records/records.ts";
import { chunkCompression, chunkExtent, MAX_CHUNK_HEAD_BYTES } from "./chunk_extent.ts";
import { findRecord, type FindRecordOptions } from "./find_record.ts";
import { findSummary } from "./find_summary.ts";
import { openStream } from "./open_stream.ts";
import { SalvageTally } from "./salvage_tally.ts";
import type { SalvageReport } from "./salvage_tally.ts";
import type { SalvagedPart } from "./salvaged_part.ts";

/** Options of {@linkcode salvage}. */
export interface SalvageOptions extends Pick<McapReadLimits, "maxRecordBytes"> {
  /** Ends the loop with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads everything that can be read of a broken file, in its order: whole chunks, the start of a chunk whose end is
 * missing, and chunks with wrong checksums. `source`: the same as for `McapReader.open()`, or a stream.
 *
 * Behind bytes that are not a record, it goes on with the next one that is plausible, and counts the bytes between. If
 * it is not a stream, the summary of the file then tells about chunks whose heads are lost, and about schemas and
 * channels.
 *
 * @throws {TypeError | RangeError} If an option is invalid.
 */
export function salvage(source: McapInput | ByteStream, options: SalvageOptions = {}): Salvage {
  return new Salvage(source, options);
}

/** The parts of a broken file. {@linkcode salvage} creates it. Use one loop. */
export class Salvage implements AsyncIterable<SalvagedPart> {
  readonly #source: McapInput | ByteStream;
  readonly #signal: AbortSignal | undefined;
  readonly #limits: ReadLimits;
  readonly #findOptions: FindRecordOptions;
  readonly #definitions = new Definitions("replace");
  readonly #collector = new MessageCollector(this.#definitions, new MessageFilter());
  readonly #tally = new SalvageTally();
  /** Where the summary says that chunks begin. */
  #chunkIndexes: ReadonlyMap<number, ChunkIndex> = new Map();
  #header: Header | undefined;
  /** Why the file does not begin as an MCAP file. */
  #magicFault: McapError | undefined;
  #hasReadSummary = false;
  #openChunks = 0;
  #isStarted = false;

  /** Use {@linkcode salvage}. */
  constructor(source: McapInput | ByteStream, options: SalvageOptions) {
    this.#source = source;
    this.#signal = options.signal;
    this.#limits = resolveReadLimits(options);
    const { maxRecordBytes } = this.#limits;
    this.#findOptions = { maxRecordBytes, hasChannel: (id) => this.#definitions.entry(id) !== undefined };
  }

  /** The first record of the file; `undefined` before it was read, or if it is missing. */
  get header(): Header | undefined {
    return this.#header;
  }

  /** The channels that were read so far, by id. */
  get channels(): ReadonlyMap<number, Channel> {
    return this.#definitions.channels;
  }

  /** The schemas that were read so far, by id. */
  get schemas(): ReadonlyMap<number, Schema> {
    return this.#definitions.schemas;
  }

  /** What was found and lost so far. It is complete when the loop has ended. */
  get report(): SalvageReport {
    return this.#tally.report(this.#collector.skippedMessages);
  }

  /**
   * Yields the parts. A broken file is not an error.
   *
   * @throws {McapError} In the loop, if the file has nothing of an MCAP file.
   * @throws {TypeError} If there is a loop already.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<SalvagedPart, undefined, undefined> {
    if (this.#isStarted) throw new TypeError("Cannot salvage: a loop already reads the source");
    this.#isStarted = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<SalvagedPart, undefined, undefined> {
    const { stream, source, close } = await openStream(this.#source, this.#signal);
    const { maxRecordBytes } = this.#limits;
    // Records that are not needed are gathered, too, because a wrong length must not skip others.
    const feed = new RecordFeed(stream, { maxRecordBytes, isNeeded: () => true, signal: this.#signal });
    const countBytes = () => void (this.#tally.bytes = source?.size ?? feed.offset + feed.bytes.length);
    try {
      let isReadable = await this.#begin(feed, source);
      while (isReadable && !this.#tally.isEnded) {
        const failure = await this.#fill(feed);
        countBytes();
        if (!failure) yield* this.#parts(this.#records(feed.bytes, feed.reader, feed.offset));
        else isReadable = !failure.isEnd && await this.#goOn(feed, failure, source);
        yield* this.#parts([]);
        this.#signal?.throwIfAborted();
      }
      countBytes();
      if (this.#magicFault && this.#tally.isEmpty) throw this.#magicFault;
    } finally {
      await feed.close();
      await close();
    }
  }

  /** Reads the magic bytes. If they are wrong, searches for a record. Returns whether there is anything to read. */
  async #begin(feed: RecordFeed, source: SeekableSource | undefined): Promise<boolean> {
    try {
      await feed.magic();
      return true;
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#magicFault = error;
      this.#tally.lose(error, 0);
      await this.#readSummary(source);
      return await this.#seek(feed);
    }
  }

  /** Gathers records. Returns why there are none. */
  async #fill(feed: RecordFeed): Promise<Failure | undefined> {
    try {
      const result = await feed.fill();
      if (result === "records" || result === "skipped") return undefined;
      const { opcode, error } = result;
      const isEnd = opcode === 0;
      if (isEnd) this.#tally.end(error);
      else this.#tally.lose(error, feed.offset, opcode);
      return { error, isChunk: opcode === Opcode.CHUNK, isEnd };
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#tally.lose(error, feed.offset);
      return { error, isChunk: false, isEnd: false };
    }
  }

  /** Goes on after the start of a record that is broken, or does not end. Returns whether anything follows. */
  async #goOn(feed: RecordFeed, { error, isChunk }: Failure, source: SeekableSource | undefined): Promise<boolean> {
    const { offset } = feed;
    const { maxRecordBytes } = this.#limits;
    await feed.gather(MAX_CHUNK_HEAD_BYTES);
    const extent = isChunk ? chunkExtent(feed.bytes) : undefined;
    // Perhaps only the length of the record is wrong.
    if (extent && extent.recordBytes <= maxRecordBytes && await feed.gather(extent.recordBytes)) {
      this.#tally.find();
      this.#chunk(feed.bytes.subarray(RECORD_HEAD_BYTES, extent.recordBytes), offset, error);
      feed.drop(extent.recordBytes);
      return true;
    }
    await this.#readSummary(source);
    const index = this.#chunkIndexes.get(offset);
    if (index && isPossible(index, maxRecordBytes) && await feed.gather(index.chunkLength)) {
      this.#tally.find();
      this.#indexedChunk(feed.bytes.subarray(0, index.chunkLength), offset, index, error);
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
      this.#openChunk(feed.bytes.subarray(RECORD_HEAD_BYTES, maxRecordBytes), offset);
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
  async #readSummary(source: SeekableSource | undefined): Promise<void> {
    if (!source || this.#hasReadSummary) return;
    this.#hasReadSummary = true;
    const summary = await findSummary(source, this.#limits, this.#signal);
    if (!summary) return;
    this.#definitions.addMissing(summary.definitions);
    this.#chunkIndexes = summary.chunkIndexes;
  }

  /** Counts parts, and yields those that are not empty. */
  *#parts(parts: Iterable<SalvagedPart | undefined>): Generator<SalvagedPart, undefined> {
    for (const part of parts) {
      const messages = this.#collector.take();
      if (messages.length > 0) yield this.#tally.counted({ type: "messages", messages });
      if (part) yield this.#tally.counted(part);
    }
    const messages = this.#collector.take();
    if (messages.length > 0) yield this.#tally.counted({ type: "messages", messages });
    return undefined;
  }

  /**
   * Reads the whole records of a buffer. Yields what is not a message: the collector has those before. `undefined`: a
   * chunk has ended.
   */
  *#records(bytes: Uint8Array, reader: RecordReader, offset: number): Generator<SalvagedPart | undefined, undefined> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (;;) {
      try {
        if (reader.next() !== "record") return undefined;
      } catch (error) {
        if (!(error instanceof McapError)) throw error;
        // The next fill() fails with it.
        return undefined;
      }
      if (reader.opcode === Opcode.FOOTER) {
        this.#tally.end();
        return undefined;
      }
      const part = this.#record(bytes, view, reader, offset);
      if (part || reader.opcode === Opcode.CHUNK) yield part;
      // Everything after the data section is an index.
      if (this.#tally.isEnded) return undefined;
    }
  }

  /** Reads a whole record. If its content is broken, only this record is lost. */
  #record(bytes: Uint8Array, view: DataView, reader: RecordReader, offset: number): SalvagedPart | undefined {
    const { opcode, content, recordOffset, recordBytes, start } = reader;
    const contentOffset = recordOffset + RECORD_HEAD_BYTES;
    try {
      switch (opcode) {
        case Opcode.HEADER:
          this.#header ??= parseHeader(content, contentOffset);
          return undefined;
        case Opcode.SCHEMA:
        case Opcode.CHANNEL:
          this.#collector.addDefinition(opcode, content, contentOffset);
          return undefined;
        case Opcode.MESSAGE:
          this.#collector.addMessage(bytes, view, start + RECORD_HEAD_BYTES, start + recordBytes, offset);
          return undefined;
        case Opcode.CHUNK:
          this.#chunk(content, recordOffset);
          return undefined;
        case Opcode.ATTACHMENT:
          return { type: "attachment", attachment: this.#attachment(content, recordOffset) };
        case Opcode.METADATA:
          return { type: "metadata", metadata: parseMetadata(content, contentOffset) };
        case Opcode.DATA_END:
          this.#tally.end();
          return undefined;
      }
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#tally.damage(error, recordBytes);
    }
    return undefined;
  }

  #attachment(content: Uint8Array, recordOffset: number): Attachment {
    const attachment = parseAttachment(content, recordOffset + RECORD_HEAD_BYTES);
    const fault = crcFault(attachmentFields(content, attachment), attachment.crc, "the attachment", recordOffset);
    if (fault) this.#tally.damage(fault, content.length);
    return attachment;
  }

  /** Collects the messages of a chunk that is in memory as a whole. `headFault`: what is wrong with its length. */
  #chunk(content: Uint8Array, recordOffset: number, headFault?: McapError): void {
    let chunk: Chunk;
    let records: Uint8Array;
    try {
      chunk = parseChunk(content, recordOffset + RECORD_HEAD_BYTES);
      records = chunkRecords(chunk, recordOffset, { ...this.#limits, validateCrcs: false });
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#tally.damageChunk(error, content.length);
      this.#openChunk(content, recordOffset);
      return;
    }
    const wrongCrc = crcFault(records, chunk.uncompressedCrc, "the chunk", recordOffset);
    const broken = wrongCrc ? this.#collectDamaged(records) : this.#collector.collect(records, 0);
    const fault = headFault ?? (broken ? McapError.inChunk(broken, recordOffset) : wrongCrc);
    if (fault) this.#tally.damageChunk(fault, content.length);
    else this.#tally.wholeChunk();
  }

  /** Collects the messages of a chunk whose head is lost, with the help of its index. */
  #indexedChunk(bytes: Uint8Array, offset: number, index: ChunkIndex, fault: McapError): void {
    const { compressedSize, compression } = index;
    this.#tally.damageChunk(fault, bytes.length);
    const limits = { maxUncompressedBytes: this.#limits.maxRecordBytes, offset };
    const compressed = bytes.subarray(bytes.length - compressedSize);
    const records = withoutMcapError(() => decompressStart(compression, compressed, limits));
    if (records) this.#collectDamaged(records);
  }

  /** Collects the messages at the start of a chunk whose end is missing or broken. */
  #openChunk(content: Uint8Array, recordOffset: number): void {
    const chunk = openChunkOf(content, recordOffset);
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

/** Why no whole record follows. */
interface Failure {
  readonly error: McapError;
  /** Whether a chunk begins here. */
  readonly isChunk: boolean;
  /** Whether the file ends here. */
  readonly isEnd: boolean;
}

/** A chunk whose end is missing is the last one of a file. Looking for it must not take long in a hostile file. */
const MAX_OPEN_CHUNKS = 4;

/** Whether the numbers of an index fit together. */
function isPossible({ chunkLength, compressedSize }: ChunkIndex, maxRecordBytes: number): boolean {
  return chunkLength <= maxRecordBytes && compressedSize > 0 && compressedSize + RECORD_HEAD_BYTES <= chunkLength;
}

function openChunkOf(content: Uint8Array, recordOffset: number): OpenChunk | undefined {
  return withoutMcapError(() => parseOpenChunk(content, recordOffset + RECORD_HEAD_BYTES));
}
