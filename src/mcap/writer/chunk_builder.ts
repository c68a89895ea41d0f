// ChunkBuilder: the chunk to which messages are written.

import { crc32 } from "../compression/crc32.ts";
import { ByteBuilder } from "../records/byte_builder.ts";
import { appendMessageIndexEntry, encodeMessageIndexOf, MESSAGE_INDEX_ENTRY_BYTES } from "../records/encode_chunk.ts";
import { encodeMessage, type MessageInit } from "../records/encode_message.ts";
import { type FullChunk, HEAD_BYTES } from "./chunk_bytes.ts";
import type { ChannelDefinition, Definitions } from "./definitions.ts";

/** What puts the definitions of channels into chunks. */
export type ChunkDefinitions = Pick<Definitions, "use" | "beginChunk">;

/** Collects messages, with the definitions of their channels, and their indexes. Its buffer is used for each chunk. */
export class ChunkBuilder {
  readonly #definitions: ChunkDefinitions;
  readonly #builder: ByteBuilder;
  /** The channels with messages in this chunk. */
  #channels: ChannelDefinition[] = [];
  #startTime = 0n;
  #endTime = 0n;
  /** The size of all messages so far, in all chunks. */
  #messageBytes = 0;

  /** `capacity`: the initial size of the buffer, in bytes. */
  constructor(definitions: ChunkDefinitions, capacity: number) {
    this.#definitions = definitions;
    this.#builder = new ByteBuilder(capacity);
    this.#begin();
  }

  /** Whether the chunk has messages. */
  get hasMessages(): boolean {
    return this.#channels.length > 0;
  }

  /** The size of the records, in bytes. */
  get recordsBytes(): number {
    return this.#builder.length - HEAD_BYTES;
  }

  /** The earliest log time, in ns; `undefined` without messages. */
  get startTime(): bigint | undefined {
    return this.hasMessages ? this.#startTime : undefined;
  }

  /** The size of the buffer, in bytes. */
  get capacity(): number {
    return this.#builder.capacity;
  }

  /**
   * Adds a message. Returns the size of its record, in bytes.
   *
   * @throws {TypeError | RangeError} If a field is invalid. Then the message is not added.
   */
  add(channel: ChannelDefinition, message: MessageInit): number {
    const builder = this.#builder;
    this.#definitions.use(channel, builder);
    const offset = this.recordsBytes;
    const bytes = encodeMessage(builder, message);
    this.#messageBytes += bytes;
    const { logTime } = message;
    if (channel.indexEntries.length === 0) this.#addChannel(channel, logTime);
    if (logTime < this.#startTime) this.#startTime = logTime;
    if (logTime > this.#endTime) this.#endTime = logTime;
    appendMessageIndexEntry(channel.indexEntries, logTime, offset);
    channel.messageCount += 1;
    return bytes;
  }

  /** Completes the chunk. The result is valid until {@linkcode reset}; with {@linkcode replace} it stays valid. */
  complete(): FullChunk {
    const builder = this.#builder;
    const { recordsBytes } = this;
    const recordsEnd = builder.length;
    const indexOffsets = new Map<number, number>();
    const messageCounts = new Map<number, number>();
    for (const { id, indexEntries } of this.#channels) {
      indexOffsets.set(id, builder.length - recordsEnd);
      messageCounts.set(id, indexEntries.length / MESSAGE_INDEX_ENTRY_BYTES);
      encodeMessageIndexOf(builder, id, indexEntries);
      indexEntries.truncate(0);
    }
    const bytes = builder.written();
    const records = bytes.subarray(HEAD_BYTES, recordsEnd);
    return {
      records,
      recordsBytes,
      indexes: bytes.subarray(recordsEnd),
      indexOffsets,
      messageCounts,
      crc: crc32(records),
      startTime: this.#startTime,
      endTime: this.#endTime,
    };
  }

  /** Begins another chunk in the same buffer. */
  reset(): void {
    this.#builder.truncate(0);
    this.#begin();
  }

  /** Begins another chunk in `next`, or in a new buffer of `next` bytes. The caller keeps the old buffer. */
  replace(next: Uint8Array<ArrayBuffer> | number): void {
    this.#builder.take(next);
    this.#begin();
  }

  #begin(): void {
    this.#builder.advance(HEAD_BYTES);
    this.#channels = [];
    this.#startTime = 0n;
    this.#endTime = 0n;
    this.#definitions.beginChunk(this.#messageBytes);
  }

  #addChannel(channel: ChannelDefinition, logTime: bigint): void {
    if (!this.hasMessages) {
      this.#startTime = logTime;
      this.#endTime = logTime;
    }
    this.#channels.push(channel);
  }
}
