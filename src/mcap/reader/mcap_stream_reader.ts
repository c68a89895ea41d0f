// readMcap(): reads a file from its start to its end, for example while it is downloaded.

import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import { parseDataEnd, parseHeader } from "../records/parse_data.ts";
import { parseStatistics } from "../records/parse_summary.ts";
import type { Attachment, Channel, Header, Metadata, Schema, Statistics } from "../records/records.ts";
import { checkCrc, collectChunk, wrongCrc } from "./chunk_records.ts";
import { Definitions } from "./definitions.ts";
import type { McapMessage, McapSelection } from "./mcap_message.ts";
import { MessageCollector } from "./message_collector.ts";
import { MessageFilter } from "./message_filter.ts";
import { MessageIterator } from "./message_iterator.ts";
import type { ByteStream } from "./piece_reader.ts";
import { type McapReadLimits, type ReadLimits, resolveReadLimits } from "./read_limits.ts";
import { RecordFeed } from "./record_feed.ts";

/** Options of {@linkcode readMcap}. */
export interface McapStreamOptions extends McapReadLimits, McapSelection {
  /** Ends the loop with its reason, and cancels the stream. */
  readonly signal?: AbortSignal;
  /** Called for each attachment, before the messages that follow it. `data` belongs to you. */
  readonly onAttachment?: (attachment: Attachment) => void;
  /** Called for each metadata record, before the messages that follow it. */
  readonly onMetadata?: (metadata: Metadata) => void;
}

/**
 * Reads a file from its start to its end, for example while it is downloaded. Messages have the order of the file,
 * which may differ slightly from the order of their times. A loop over the result gets messages one by one; {@linkcode
 * McapStreamReader.batches} is faster.
 *
 * If the file is broken or ends too early, the loop gets all messages before the fault, and then throws an
 * {@linkcode McapError}. When a loop ends early, the stream is cancelled.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapWriter, readMcap } from "@x/foxglove-ws/mcap";
 *
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(); // or `response.body` of fetch()
 * const writer = await McapWriter.open(writable);
 * const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "json" });
 * writer.write({ channelId, logTime: 1n, data: new TextEncoder().encode("{}") });
 * const closing = writer.close();
 *
 * for await (const { channel, data } of readMcap(readable)) {
 *   assertEquals([channel.topic, new TextDecoder().decode(data)], ["/odom", "{}"]);
 * }
 * await closing;
 * ```
 *
 * @throws {TypeError | RangeError} If an option is invalid.
 */
export function readMcap(stream: ByteStream, options: McapStreamOptions = {}): McapStreamReader {
  return new McapStreamReader(stream, options);
}

/** A file that is read from its start to its end. {@linkcode readMcap} creates it. Use one loop. */
export class McapStreamReader implements AsyncIterable<McapMessage> {
  readonly #stream: ByteStream;
  readonly #options: McapStreamOptions;
  readonly #limits: ReadLimits;
  readonly #definitions = new Definitions("reject");
  readonly #collector: MessageCollector;
  #isStarted = false;
  #header: Header | undefined;
  #statistics: Statistics | undefined;

  /** Use {@linkcode readMcap}. */
  constructor(stream: ByteStream, options: McapStreamOptions) {
    this.#stream = stream;
    this.#options = { ...options };
    this.#limits = resolveReadLimits(options);
    this.#collector = new MessageCollector(this.#definitions, new MessageFilter(options));
  }

  /** The first record of the file; `undefined` before it was read. */
  get header(): Header | undefined {
    return this.#header;
  }

  /** Counts and times; `undefined` before the end of the file, or if the file has none. */
  get statistics(): Statistics | undefined {
    return this.#statistics;
  }

  /** The schemas that were read so far, by id. */
  get schemas(): ReadonlyMap<number, Schema> {
    return this.#definitions.schemas;
  }

  /** The channels that were read so far, by id. */
  get channels(): ReadonlyMap<number, Channel> {
    return this.#definitions.channels;
  }

  /** How many messages were skipped so far because the file does not define their channel before them. */
  get skippedMessages(): number {
    return this.#collector.skippedMessages;
  }

  /** Yields messages one by one. */
  [Symbol.asyncIterator](): MessageIterator {
    return new MessageIterator(this.batches());
  }

  /**
   * Yields arrays of messages, which is several times as fast: those of one chunk, or of one piece of the stream if the
   * messages are outside of chunks. Arrays are never empty, and belong to you.
   *
   * @throws {TypeError} If there is a loop already.
   */
  batches(): AsyncIterableIterator<McapMessage[], undefined, undefined> {
    if (this.#isStarted) throw new TypeError("Cannot read the MCAP stream: a loop already reads it");
    this.#isStarted = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<McapMessage[], undefined, undefined> {
    const { signal, onAttachment, onMetadata } = this.#options;
    signal?.throwIfAborted();
    let isNeeded = (opcode: number) =>
      IN_DATA.has(opcode) || (opcode === Opcode.ATTACHMENT && onAttachment !== undefined) ||
      (opcode === Opcode.METADATA && onMetadata !== undefined);
    const { maxRecordBytes, validateCrcs } = this.#limits;
    const feed = new RecordFeed(this.#stream, {
      maxRecordBytes,
      isNeeded: (opcode) => isNeeded(opcode),
      computesCrc: validateCrcs,
      signal,
    });
    const collector = this.#collector;
    try {
      await feed.magic();
      for (;;) {
        const result = await feed.fill();
        signal?.throwIfAborted();
        if (result === "skipped") continue;
        if (result !== "records") throw result.error;
        const { bytes, offset, reader } = feed;
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        while (reader.next() === "record") {
          const { opcode } = reader;
          if (!isNeeded(opcode)) continue;
          if (opcode === Opcode.MESSAGE) {
            const content = reader.start + RECORD_HEAD_BYTES;
            collector.addMessage(bytes, view, content, reader.start + reader.recordBytes, offset);
            continue;
          }
          if (opcode === Opcode.FOOTER) {
            if (collector.count > 0) yield collector.take();
            await feed.magic();
            return undefined;
          }
          if (opcode === Opcode.DATA_END) {
            if (collector.count > 0) yield collector.take();
            isNeeded = (next) => IN_SUMMARY.has(next);
          }
          if (opcode !== Opcode.CHUNK) {
            this.#handle(feed, opcode);
            continue;
          }
          if (collector.count > 0) yield collector.take();
          const fault = collectChunk(reader.content, reader.recordOffset, this.#limits, collector);
          if (fault) throw fault;
          if (collector.count > 0) yield collector.take();
          signal?.throwIfAborted();
        }
        if (collector.count > 0) yield collector.take();
      }
    } catch (error) {
      if (error instanceof McapError && collector.count > 0) yield collector.take();
      throw error;
    } finally {
      await feed.close();
    }
  }

  /** Handles a record that is neither a message nor a chunk. */
  #handle(feed: RecordFeed, opcode: number): void {
    const { reader } = feed;
    const { content } = reader;
    const { validateCrcs } = this.#limits;
    const offset = reader.recordOffset + RECORD_HEAD_BYTES;
    switch (opcode) {
      case Opcode.HEADER:
        this.#header ??= parseHeader(content, offset);
        break;
      case Opcode.SCHEMA:
      case Opcode.CHANNEL:
        this.#collector.addDefinition(opcode, content, offset);
        break;
      case Opcode.ATTACHMENT: {
        if (!this.#options.onAttachment) break;
        const attachment = parseAttachment(content, offset);
        if (validateCrcs) checkCrc(attachmentFields(content, attachment), attachment.crc, "the attachment", offset);
        this.#options.onAttachment(attachment);
        break;
      }
      case Opcode.METADATA:
        this.#options.onMetadata?.(parseMetadata(content, offset));
        break;
      case Opcode.STATISTICS:
        this.#statistics = parseStatistics(content, offset);
        break;
      case Opcode.DATA_END: {
        const { dataSectionCrc } = parseDataEnd(content, offset);
        if (!validateCrcs || dataSectionCrc === 0 || feed.crc === dataSectionCrc) break;
        throw wrongCrc(dataSectionCrc, feed.crc, "the data section", offset);
      }
    }
  }
}

/** The records of the data section that each loop needs. Others, also unknown ones, are skipped. */
const IN_DATA: ReadonlySet<number> = new Set([
  Opcode.HEADER,
  Opcode.SCHEMA,
  Opcode.CHANNEL,
  Opcode.MESSAGE,
  Opcode.CHUNK,
  Opcode.DATA_END,
  Opcode.FOOTER,
]);

/** The records after the data section that a loop needs. */
const IN_SUMMARY: ReadonlySet<number> = new Set([Opcode.STATISTICS, Opcode.FOOTER]);
