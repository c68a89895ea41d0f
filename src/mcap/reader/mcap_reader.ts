// McapReader: reads any part of a file, in the order of the messages' times.

import { checkMagic, MAGIC_LENGTH } from "../records/magic.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { parseHeader } from "../records/parse_data.ts";
import { RecordReader } from "../records/record_reader.ts";
import type {
  Attachment,
  AttachmentIndex,
  Channel,
  ChunkIndex,
  Header,
  Metadata,
  MetadataIndex,
  Schema,
  Statistics,
} from "../records/records.ts";
import type { Definitions } from "./definitions.ts";
import type { FileIndex, Segment } from "./file_index.ts";
import { loadIndex } from "./load_index.ts";
import type { McapMessage, McapReadOptions } from "./mcap_message.ts";
import { MessageCollector } from "./message_collector.ts";
import { MessageFilter } from "./message_filter.ts";
import { MessageIterator } from "./message_iterator.ts";
import { openSource } from "./open_source.ts";
import { orderedBatches } from "./ordered_batches.ts";
import { type McapTimeRange, timeRangeOf } from "./time_range.ts";
import { type McapRecordOptions, readAttachments, readMetadata } from "./read_attachments.ts";
import { type McapReadLimits, type ReadLimits, resolveReadLimits } from "./read_limits.ts";
import type { McapInput, OpenSource, SeekableSource } from "./seekable_source.ts";
import { SegmentLoader } from "./segment_loader.ts";
import { readExactly } from "./source_window.ts";

/** Options of {@linkcode McapReader.open}. */
export interface McapReaderOptions extends McapReadLimits {
  /** Ends the opening with its reason. */
  readonly signal?: AbortSignal;
}

/** The start of the file that is read at once. The header is in it. */
const HEAD_BYTES = 4 * 1024;

/**
 * Reads any part of an MCAP file, forward or backward in the order of the messages' log times. It reads only the chunks
 * that it needs.
 *
 * A file without a summary, for example because the recorder was killed, can be read, too. `open()` then scans the
 * heads of its records, and the contents of chunks only if nothing else tells which channels they have. If the end of
 * the file is missing or broken, {@linkcode McapReader.fault} has the reason, and each loop throws it after the last
 * whole message.
 *
 * In a file that has chunk indexes, messages outside of chunks are not found, because nothing indexes them. Read such
 * files with {@linkcode readMcap}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapReader, McapWriter } from "@x/foxglove-ws/mcap";
 *
 * const path = await Deno.makeTempFile({ suffix: ".mcap" });
 * const writer = await McapWriter.open(path, { overwrite: true });
 * const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "json" });
 * for (const logTime of [1n, 2n, 3n]) writer.write({ channelId, logTime, data: new Uint8Array(100) });
 * await writer.close();
 *
 * await using reader = await McapReader.open(path);
 * const times: bigint[] = [];
 * for await (const { logTime } of reader.messages({ topics: ["/odom"], start: 2n, reverse: true })) {
 *   times.push(logTime);
 * }
 * assertEquals(times, [3n, 2n]);
 * ```
 */
export class McapReader implements AsyncDisposable {
  readonly #open: OpenSource;
  readonly #header: Header;
  readonly #definitions: Definitions;
  readonly #index: FileIndex;
  readonly #limits: ReadLimits;
  #skippedMessages = 0;
  #isClosed = false;

  private constructor(
    open: OpenSource,
    header: Header,
    definitions: Definitions,
    index: FileIndex,
    limits: ReadLimits,
  ) {
    this.#open = open;
    this.#header = header;
    this.#definitions = definitions;
    this.#index = index;
    this.#limits = limits;
  }

  /**
   * Opens a file: a path or a `file:` URL, a `Blob`, bytes, or any other {@linkcode SeekableSource}, such as
   * {@linkcode httpSource}. Bytes must not change while they are read. Close the reader if it has opened a path.
   *
   * @throws {McapError} If it is not an MCAP file.
   * @throws {TypeError | RangeError} If an argument is invalid.
   */
  static async open(input: McapInput, options: McapReaderOptions = {}): Promise<McapReader> {
    const limits = resolveReadLimits(options);
    const { signal } = options;
    const open = await openSource(input);
    try {
      const header = await readHeader(open.source, limits, signal);
      const { index, definitions } = await loadIndex(open.source, limits, signal);
      return new McapReader(open, header, definitions, index, limits);
    } catch (error) {
      await open.close();
      throw error;
    }
  }

  /** The first record of the file. */
  get header(): Header {
    return this.#header;
  }

  /** Counts and times; `undefined` if the file has none. */
  get statistics(): Statistics | undefined {
    return this.#index.statistics;
  }

  /**
   * The log times of the first and the last message, in ns; `undefined` if the file has no messages. They are those of
   * the statistics and of the chunks, so a file with wrong ones may have other messages.
   */
  get timeRange(): McapTimeRange | undefined {
    return timeRangeOf(this.#index);
  }

  /** The schemas by id. */
  get schemas(): ReadonlyMap<number, Schema> {
    return this.#definitions.schemas;
  }

  /** The channels by id. */
  get channels(): ReadonlyMap<number, Channel> {
    return this.#definitions.channels;
  }

  /** The chunks, in the order of the index. */
  get chunkIndexes(): readonly ChunkIndex[] {
    return this.#index.chunkIndexes;
  }

  /** The attachments, in the order of the index. */
  get attachmentIndexes(): readonly AttachmentIndex[] {
    return this.#index.attachmentIndexes;
  }

  /** The metadata records, in the order of the index. */
  get metadataIndexes(): readonly MetadataIndex[] {
    return this.#index.metadataIndexes;
  }

  /**
   * Why the end of the file is unreadable, for example because the recorder was killed; `undefined` if the file is
   * whole.
   */
  get fault(): McapError | undefined {
    return this.#index.fault;
  }

  /** How many messages all loops have skipped so far because the file does not define their channel. */
  get skippedMessages(): number {
    return this.#skippedMessages;
  }

  /**
   * Yields messages one by one, in the order of their log times. Messages with the same time have the order of the
   * file. This is the convenient way; {@linkcode McapReader.batches} is about twice as fast. Several loops may run at
   * the same time.
   *
   * A fault of the file throws an {@linkcode McapError} in the loop, after the messages that precede it.
   *
   * @throws {TypeError} If an option is invalid, or if the reader is closed.
   */
  messages(options: McapReadOptions = {}): AsyncIterableIterator<McapMessage, undefined, undefined> {
    return new MessageIterator(this.batches(options));
  }

  /**
   * Yields messages in arrays, in the same order as {@linkcode McapReader.messages}. An array has the messages of one
   * chunk, except those that are later than the start of the next chunk: they are in the next array. Arrays are never
   * empty, and belong to you. The data of messages are views of the decompressed chunk, and keep all of its memory.
   *
   * Chunks whose times overlap are in memory at the same time.
   *
   * @throws {TypeError} If an option is invalid, or if the reader is closed.
   */
  batches(options: McapReadOptions = {}): AsyncIterableIterator<McapMessage[], undefined, undefined> {
    this.#checkOpen();
    const filter = new MessageFilter(options);
    options.signal?.throwIfAborted();
    return this.#batches(filter, options.reverse === true, options.signal);
  }

  /**
   * Yields attachments, in the order of the index. Each one is in memory as a whole.
   *
   * @throws {TypeError} If the reader is closed.
   */
  attachments(options: McapRecordOptions = {}): AsyncIterableIterator<Attachment, undefined, undefined> {
    this.#checkOpen();
    return readAttachments(this.#source, this.attachmentIndexes, this.#limits, options);
  }

  /**
   * Yields metadata records, in the order of the index.
   *
   * @throws {TypeError} If the reader is closed.
   */
  metadata(options: McapRecordOptions = {}): AsyncIterableIterator<Metadata, undefined, undefined> {
    this.#checkOpen();
    return readMetadata(this.#source, this.metadataIndexes, this.#limits, options);
  }

  /** Closes the file if {@linkcode McapReader.open} has opened it. Loops that are still running fail. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#open.close();
  }

  /** Closes the reader. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #source(): SeekableSource {
    return this.#open.source;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TypeError("Cannot read the MCAP file: the reader is closed");
  }

  async *#batches(
    filter: MessageFilter,
    isReverse: boolean,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<McapMessage[], undefined, undefined> {
    const segments = this.#index.segments.filter((segment) => this.#mayHave(segment, filter));
    const collector = new MessageCollector(this.#definitions, filter);
    const loader = new SegmentLoader(this.#source, this.#limits);
    try {
      yield* orderedBatches({ segments, loader, collector, isReverse, signal });
    } finally {
      this.#skippedMessages += collector.skippedMessages;
    }
    if (this.fault) throw this.fault;
  }

  /** Whether the segment may have selected messages. */
  #mayHave({ startTime, endTime, channelIds }: Segment, filter: MessageFilter): boolean {
    if (!filter.overlaps(startTime, endTime)) return false;
    if (!channelIds || filter.hasAllTopics) return true;
    return [...channelIds].some((id) => {
      const channel = this.#definitions.channels.get(id);
      return !channel || filter.selects(channel);
    });
  }
}

async function readHeader(
  source: SeekableSource,
  { maxRecordBytes }: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<Header> {
  let needed = Math.min(HEAD_BYTES, source.size);
  for (;;) {
    const bytes = await readExactly(source, 0, needed, signal);
    checkMagic(bytes, 0, 0);
    const reader = new RecordReader(bytes.subarray(MAGIC_LENGTH), { offset: MAGIC_LENGTH });
    const result = reader.next();
    const { opcode } = reader;
    if (result === "record" && opcode === Opcode.HEADER) {
      return parseHeader(reader.content, MAGIC_LENGTH + RECORD_HEAD_BYTES);
    }
    const isLonger = result === "incomplete" && opcode === Opcode.HEADER &&
      MAGIC_LENGTH + reader.neededBytes <= Math.min(source.size, maxRecordBytes);
    if (!isLonger) throw new McapError("Header", result === "record" ? "another record" : "the end", MAGIC_LENGTH);
    needed = MAGIC_LENGTH + reader.neededBytes;
  }
}
