// McapWriter: writes an MCAP file.

import type { Encoder } from "../../codecs/codec.ts";
import { checkBytes } from "../../protocol/wire_types.ts";
import { crc32 } from "../compression/crc32.ts";
import { ByteBuilder } from "../records/byte_builder.ts";
import { encodeAttachment, encodeMetadata } from "../records/encode_attachment.ts";
import { RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { MESSAGE_HEAD_BYTES } from "../records/parse_message.ts";
import { AppendQueue } from "./append_queue.ts";
import { ChunkBuilder } from "./chunk_builder.ts";
import { ChunkCloser } from "./chunk_closer.ts";
import { Definitions } from "./definitions.ts";
import { FileWriter } from "./file_writer.ts";
import {
  type AttachmentInit,
  type ChannelInit,
  type MessageInit,
  type MetadataInit,
  type SchemaInit,
  textMap,
} from "./inits.ts";
import { createChannel, type McapChannel, type McapChannelOptions } from "./mcap_channel.ts";
import { type McapTarget, openSink } from "./open_sink.ts";
import type { OpenSink } from "./sink.ts";
import { SummaryBuilder } from "./summary_builder.ts";
import type { McapWriterStats } from "./writer_stats.ts";
import { type McapWriterOptions, type ResolvedWriterOptions, resolveWriterOptions } from "./writer_options.ts";

/** The size of a buffer: a chunk with its definitions and message indexes, unless the messages are small. */
const CAPACITY_FACTOR = 9 / 8;
/** The size of a message's record without its data. */
const EMPTY_MESSAGE_BYTES = RECORD_HEAD_BYTES + MESSAGE_HEAD_BYTES;

/**
 * Writes messages to an MCAP file: chunks with checksums, all indexes, statistics, attachments and metadata.
 *
 * `write()` is synchronous and never waits for the sink. So it may be called beside a robot: if the sink is too slow,
 * messages are dropped and counted. A program that can wait, waits for {@linkcode McapWriter.ready}.
 *
 * After a crash, everything before the last {@linkcode McapWriter.flush} is readable.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapWriter } from "@x/foxglove-ws/mcap";
 *
 * const parts: Uint8Array<ArrayBuffer>[] = [];
 * await using writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes) });
 * const channelId = writer.addChannel({ topic: "/battery", messageEncoding: "json" });
 * const data = new TextEncoder().encode('{"percentage":0.8}');
 * writer.write({ channelId, logTime: 1_700_000_000_000_000_000n, data });
 * await writer.close();
 * assertEquals(writer.stats.fileBytes, new Blob(parts).size);
 * ```
 */
export class McapWriter implements AsyncDisposable {
  readonly #options: ResolvedWriterOptions;
  readonly #sink: OpenSink;
  readonly #definitions: Definitions = new Definitions();
  readonly #summary: SummaryBuilder = new SummaryBuilder(this.#definitions);
  readonly #chunk: ChunkBuilder;
  readonly #file: FileWriter;
  readonly #queue: AppendQueue;
  readonly #closer: ChunkCloser;
  #messages = 0;
  #messageBytes = 0;
  #drops = 0;
  #closing: Promise<void> | undefined;
  #aborting: Promise<void> | undefined;

  private constructor(sink: OpenSink, options: ResolvedWriterOptions) {
    this.#options = options;
    this.#sink = sink;
    this.#chunk = new ChunkBuilder(this.#definitions, Math.ceil(options.chunkBytes * CAPACITY_FACTOR));
    this.#file = new FileWriter(sink, this.#summary);
    this.#queue = new AppendQueue(options.maxPendingBytes, (error) => this.#fail(error));
    const parts = { builder: this.#chunk, queue: this.#queue, file: this.#file, returnsBytes: sink.returnsBytes };
    this.#closer = new ChunkCloser(parts, options);
    this.#queue.add(0, () => this.#file.begin(options));
  }

  /**
   * Begins a file. `target`: a path, a `file:` URL, a stream, or an object with `write()`.
   *
   * @throws {TypeError | RangeError} If the target or an option is invalid, or if the platform lacks zstd.
   * @throws {Error} If the file cannot be created. The `code` is `"EEXIST"` if it exists.
   */
  static async open(target: McapTarget, options: McapWriterOptions = {}): Promise<McapWriter> {
    const resolved = resolveWriterOptions(options);
    return new McapWriter(await openSink(target, resolved), resolved);
  }

  /** What was done so far. */
  get stats(): McapWriterStats {
    return {
      messages: this.#messages,
      messageBytes: this.#messageBytes,
      drops: this.#drops,
      chunks: this.#summary.chunkCount,
      fileBytes: this.#file.bytes,
      fileMessages: this.#file.messages,
      pendingBytes: this.#queue.pendingBytes,
    };
  }

  /**
   * Whether the next `write()` drops its message: `maxPendingBytes` wait for the sink, or it has failed. Then wait for
   * {@linkcode McapWriter.ready}.
   */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /** Resolves when `write()` drops nothing. Rejects if the sink has failed. */
  get ready(): Promise<void> {
    return this.#queue.ready;
  }

  /**
   * Adds a schema. Returns its id, which is the same for an equal schema.
   *
   * @throws {TypeError | RangeError} If a field is invalid, or if the file has 65535 schemas.
   */
  addSchema(schema: SchemaInit): number {
    this.#checkOpen("add a schema");
    return this.#definitions.addSchema(schema);
  }

  /**
   * Adds a channel. Returns its id, which is the same for an equal channel.
   *
   * @throws {TypeError | RangeError} If a field is invalid, or if the file has 65535 channels.
   */
  addChannel(channel: ChannelInit): number {
    this.#checkOpen("add a channel");
    return this.#definitions.addChannel(channel);
  }

  /**
   * Adds a channel whose values are encoded by a codec, such as `json()`, `protobuf()` or a message of
   * `@x/foxglove-ws/schemas`. The schema is that of the codec. If the codec has no `schemaEncoding`, the file gets the
   * usual one, such as `ros2msg` for `cdr`, or none for an encoding that apps do not know.
   *
   * @throws {TypeError | RangeError} As `addSchema()` and `addChannel()` do.
   */
  channel<In>(topic: string, encoder: Encoder<In>, options: McapChannelOptions = {}): McapChannel<In> {
    return createChannel(this, topic, encoder, options);
  }

  /**
   * Writes a message. Its data is copied. Returns `false` if the message was dropped, because too many bytes wait for
   * the sink, or because the sink has failed.
   *
   * @throws {TypeError | RangeError} If a field is invalid, or if the writer is closed.
   */
  write(message: MessageInit): boolean {
    this.#checkOpen("write a message");
    const { channelId, logTime, publishTime = logTime, sequence = 0, data } = message;
    const channel = this.#definitions.channel(channelId);
    if (this.#queue.isFull) {
      this.#drops += 1;
      return false;
    }
    const { chunkBytes } = this.#options;
    const chunk = this.#chunk;
    // For other values than bytes, the size is NaN, and add() throws.
    const expectedBytes = EMPTY_MESSAGE_BYTES + data?.byteLength;
    if (chunk.hasMessages && chunk.recordsBytes + expectedBytes > chunkBytes) this.#closer.close();
    const recordBytes = chunk.add(channel, { channelId, logTime, publishTime, sequence, data });
    if (chunk.recordsBytes >= chunkBytes) this.#closer.close();
    if (this.#queue.failure) {
      this.#drops += 1;
      return false;
    }
    this.#messages += 1;
    this.#messageBytes += recordBytes - EMPTY_MESSAGE_BYTES;
    return true;
  }

  /**
   * Writes an attachment. Its data is copied. It is never dropped: after large ones, wait for
   * {@linkcode McapWriter.ready}.
   *
   * @throws {TypeError | RangeError} If a field is invalid, or if the writer is closed.
   */
  addAttachment({ name, mediaType, data, logTime, createTime = 0n }: AttachmentInit): void {
    this.#checkOpen("add an attachment");
    const builder = new ByteBuilder();
    const bytes = checkBytes("Attachment", "data", data);
    encodeAttachment(builder, { name, mediaType, data: bytes, logTime, createTime }, crc32);
    const record = builder.written();
    const index = { name, mediaType, logTime, createTime, dataSize: bytes.length };
    this.#queue.add(record.length, () => this.#file.appendAttachment(record, index));
  }

  /**
   * Writes texts about the recording. They are never dropped.
   *
   * @throws {TypeError | RangeError} If a field is invalid, or if the writer is closed.
   */
  addMetadata({ name, metadata }: MetadataInit): void {
    this.#checkOpen("add metadata");
    const builder = new ByteBuilder();
    encodeMetadata(builder, { name, metadata: textMap(metadata) });
    const record = builder.written();
    this.#queue.add(record.length, () => this.#file.appendMetadata(record, name));
  }

  /**
   * Closes the current chunk and waits until the sink has everything that was written before, for a path until it is on
   * the disk. Then a crash cannot lose it. Frequent calls make small chunks, which compress less.
   *
   * Rejects if the sink fails.
   *
   * @throws {TypeError} If the writer is closed.
   */
  async flush(): Promise<void> {
    this.#checkOpen("flush");
    this.#appendRest();
    await this.#queue.addAwaited(() => this.#sink.flush());
  }

  /**
   * Writes the rest and the summary, and closes the sink. More calls return the same promise. Rejects if the sink fails
   * or has failed; then the file has no summary, but its chunks are readable.
   */
  close(): Promise<void> {
    if (!this.#closing) {
      this.#appendRest();
      this.#queue.add(0, () => this.#file.end());
      this.#closing = this.#queue.addAwaited(() => this.#sink.close()).catch(async (error) => {
        await this.#aborting;
        throw error;
      });
    }
    return this.#closing;
  }

  /** The same as {@linkcode McapWriter.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #appendRest(): void {
    if (this.#chunk.recordsBytes > 0) this.#closer.close();
    const definitions = this.#definitions.takeUnwritten();
    if (definitions.length > 0) this.#queue.add(definitions.length, () => this.#file.append(definitions));
  }

  #checkOpen(action: string): void {
    if (this.#closing) throw new TypeError(`Cannot ${action}: the writer is closed`);
  }

  #fail(error: unknown): void {
    this.#aborting = this.#abort(error);
    this.#options.onError?.(error);
  }

  async #abort(error: unknown): Promise<void> {
    try {
      await this.#sink.abort(error);
    } catch {
      // Callers get the first error.
    }
  }
}
