// salvage(): yields everything that can be read of a broken file.

import { decompressStart } from "../compression/decompress.ts";
import { chunkRecords, crcFault } from "../reader/chunk_records.ts";
import { Definitions } from "../reader/definitions.ts";
import { MessageCollector } from "../reader/message_collector.ts";
import { MessageFilter } from "../reader/message_filter.ts";
import type { ByteStream } from "../reader/piece_reader.ts";
import { type McapReadLimits, type ReadLimits, resolveReadLimits } from "../reader/read_limits.ts";
import { RecordFeed } from "../reader/record_feed.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import { McapError, withoutMcapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import { type OpenChunk, parseChunk, parseOpenChunk } from "../records/parse_chunk.ts";
import { parseHeader } from "../records/parse_data.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { Attachment, Channel, Chunk, Header, Schema } from "../records/records.ts";
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
 * missing, and chunks with wrong checksums. It never reads the summary. `source`: the same as for `McapReader.open()`,
 * or a stream.
 *
 * After a chunk whose content is broken, it goes on with the next record. It ends at the first record whose length is
 * wrong, because nothing after it is certain.
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
  readonly #definitions = new Definitions("replace");
  readonly #collector = new MessageCollector(this.#definitions, new MessageFilter());
  readonly #tally = new SalvageTally();
  #header: Header | undefined;
  #isStarted = false;

  /** Use {@linkcode salvage}. */
  constructor(source: McapInput | ByteStream, options: SalvageOptions) {
    this.#source = source;
    this.#signal = options.signal;
    this.#limits = resolveReadLimits(options);
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
   * @throws {McapError} In the loop, if the file does not begin as an MCAP file.
   * @throws {TypeError} If there is a loop already.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<SalvagedPart, undefined, undefined> {
    if (this.#isStarted) throw new TypeError("Cannot salvage: a loop already reads the source");
    this.#isStarted = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<SalvagedPart, undefined, undefined> {
    const { stream, size, close } = await openStream(this.#source, this.#signal);
    const { maxRecordBytes } = this.#limits;
    const isNeeded = (opcode: number) => NEEDED.has(opcode);
    const feed = new RecordFeed(stream, { maxRecordBytes, isNeeded, keepsCutRecords: true, signal: this.#signal });
    try {
      await feed.magic();
      let isDone = false;
      while (!isDone) {
        isDone = await this.#fill(feed);
        this.#tally.bytes = size ?? feed.offset + feed.bytes.length;
        yield* this.#parts(isDone ? this.#cutRecord(feed) : this.#records(feed.bytes, feed.reader, feed.offset));
        this.#signal?.throwIfAborted();
        isDone ||= this.#tally.isEnded;
      }
    } finally {
      await feed.close();
      await close();
    }
  }

  /** Gathers records. Returns whether the readable part of the file has ended. */
  async #fill(feed: RecordFeed): Promise<boolean> {
    try {
      const result = await feed.fill();
      if (result === "records" || result === "skipped") return false;
      this.#tally.cut(result);
      return true;
    } catch (error) {
      if (!(error instanceof McapError)) throw error;
      this.#tally.garbage(error);
      return true;
    }
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
        this.#tally.garbage(error);
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

  /** Collects the messages of a chunk that is in memory as a whole. */
  #chunk(content: Uint8Array, recordOffset: number): void {
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
    const fault = broken ? McapError.inChunk(broken, recordOffset) : wrongCrc;
    if (fault) this.#tally.damageChunk(fault, content.length);
    else this.#tally.wholeChunk();
  }

  /** Reads the record that does not end. */
  *#cutRecord(feed: RecordFeed): Generator<SalvagedPart | undefined, undefined> {
    const { bytes, offset } = feed;
    if (bytes[0] !== Opcode.CHUNK || bytes.length <= RECORD_HEAD_BYTES) return undefined;
    const content = bytes.subarray(RECORD_HEAD_BYTES);
    const chunk = openChunkOf(content, offset);
    if (!chunk) return undefined;
    if (chunk.compression !== "") {
      this.#openChunk(content, offset);
      return undefined;
    }
    // If only the length was wrong, the chunk has ended before, and other records follow: they are read, too.
    const { records } = chunk;
    const recordsOffset = offset + bytes.length - records.length;
    yield* this.#records(records, new RecordReader(records, { offset: recordsOffset }), recordsOffset);
    return undefined;
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
      return this.#collector.collect(records, 0);
    } finally {
      this.#definitions.rule = "replace";
    }
  }
}

/** The records that may be large and have content. */
const NEEDED: ReadonlySet<number> = new Set([
  Opcode.HEADER,
  Opcode.SCHEMA,
  Opcode.CHANNEL,
  Opcode.MESSAGE,
  Opcode.CHUNK,
  Opcode.ATTACHMENT,
  Opcode.METADATA,
  Opcode.DATA_END,
  Opcode.FOOTER,
]);

function openChunkOf(content: Uint8Array, recordOffset: number): OpenChunk | undefined {
  return withoutMcapError(() => parseOpenChunk(content, recordOffset + RECORD_HEAD_BYTES));
}
