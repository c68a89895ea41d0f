// RingChunks: the newest messages, in chunks as a file has them.

import type { Clock } from "../../clock.ts";
import { Deque } from "../../deque.ts";
import { compressRecords } from "../compression/compress.ts";
import { decompressRecords } from "../compression/decompress.ts";
import { Opcode } from "../records/opcode.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { Message } from "../records/records.ts";
import { earlierOf } from "../records/times.ts";
import { ChunkBuilder } from "../writer/chunk_builder.ts";
import { type ChunkBytes, compressedChunk, storedChunk } from "../writer/chunk_bytes.ts";
import type { Definitions } from "../writer/definitions.ts";
import type { MessageInit } from "../writer/inits.ts";
import type { ResolvedRingOptions } from "./ring_options.ts";

/** A chunk is closed at this age, in ms, so that the window moves in small steps. */
export const MAX_CHUNK_MS = 1000;

/** A chunk whose bytes do not change. */
interface RingChunk extends ChunkBytes {
  /** When its last message was added, by the clock of the options, in ms. */
  readonly endedAt: number;
}

/** Chunks of the last seconds. Memory is bounded: the oldest are removed. */
export class RingChunks {
  readonly #options: ResolvedRingOptions;
  readonly #clock: Clock;
  readonly #definitions: Definitions;
  readonly #builder: ChunkBuilder;
  readonly #chunks = new Deque<RingChunk>();
  readonly #onRemoved: (message: Message) => void;
  /** The ids of the channels whose removed messages are passed on. */
  readonly #latchedIds: Pick<ReadonlySet<number>, "has">;
  #bytes = 0;
  #beganAt = 0;
  #addedAt = 0;

  /**
   * `latchedIds`: the ids of the latched channels. `onRemoved` is called with each of their messages that leaves the
   * window, the oldest first. Its data is lent.
   */
  constructor(
    definitions: Definitions,
    options: ResolvedRingOptions,
    latchedIds: Pick<ReadonlySet<number>, "has">,
    onRemoved: (message: Message) => void,
  ) {
    this.#options = options;
    this.#clock = options.clock;
    this.#definitions = definitions;
    this.#builder = new ChunkBuilder(definitions, options.chunkBytes);
    this.#latchedIds = latchedIds;
    this.#onRemoved = onRemoved;
  }

  /** The size of the kept chunks and of the current one, in bytes. */
  get bytes(): number {
    return this.#bytes + (this.#builder.hasMessages ? this.#builder.recordsBytes : 0);
  }

  /** Removes the chunks before the window. Returns the earliest log time in it, or `undefined` if it is empty. */
  findBegin(): bigint | undefined {
    const now = this.#clock.now();
    this.#closeOld(now);
    this.#removeOld(now);
    let begin = this.#builder.startTime;
    for (const { chunk: { startTime } } of this.#chunks) {
      begin = earlierOf(begin ?? startTime, startTime);
    }
    return begin;
  }

  /** Adds a message. Its data is copied. */
  add(message: MessageInit & { readonly publishTime: bigint; readonly sequence: number }): void {
    const now = this.#clock.now();
    const builder = this.#builder;
    this.#closeOld(now);
    const isFull = builder.recordsBytes + message.data.byteLength > this.#options.chunkBytes;
    if (builder.hasMessages && isFull) this.#close();
    if (!builder.hasMessages) this.#beganAt = now;
    this.#addedAt = now;
    builder.add(this.#definitions.channel(message.channelId), message);
    if (builder.recordsBytes >= this.#options.chunkBytes) this.#close();
    this.#removeOld(now);
  }

  /** Returns all chunks, the oldest first. Their bytes must not change. */
  all(): ChunkBytes[] {
    if (this.#builder.hasMessages) this.#close();
    this.#removeOld(this.#clock.now());
    return [...this.#chunks];
  }

  /** Closes the current chunk at its maximum age. */
  #closeOld(now: number): void {
    if (this.#builder.hasMessages && now - this.#beganAt >= MAX_CHUNK_MS) this.#close();
  }

  #close(): void {
    const { compression, level } = this.#options;
    const chunk = this.#builder.complete();
    const compressed = compressRecords(chunk.records, compression, level);
    const chunkBytes = compressed.compression === ""
      ? copyOf(storedChunk(chunk))
      : compressedChunk(chunk, compressed.records);
    this.#builder.reset();
    this.#chunks.push({ ...chunkBytes, endedAt: this.#addedAt });
    this.#bytes += chunkBytes.bytes.length;
  }

  #removeOld(now: number): void {
    const { seconds, bytes } = this.#options;
    const oldest = now - seconds * 1000;
    for (let chunk; (chunk = this.#chunks.first);) {
      if (chunk.endedAt >= oldest && this.bytes <= bytes) break;
      this.#chunks.shift();
      this.#bytes -= chunk.bytes.length;
      this.#passOn(chunk);
    }
  }

  /** Passes the messages of latched channels on. Other chunks are not decompressed. */
  #passOn(chunk: RingChunk): void {
    const hasLatched = [...chunk.chunk.messageCounts.keys()].some((id) => this.#latchedIds.has(id));
    if (!hasLatched) return;
    const reader = new RecordReader(recordsOf(chunk));
    while (reader.next() === "record") {
      if (reader.opcode === Opcode.MESSAGE && this.#latchedIds.has(reader.messageChannelId)) {
        this.#onRemoved(reader.message());
      }
    }
  }
}

function copyOf(chunk: ChunkBytes): ChunkBytes {
  return { ...chunk, bytes: chunk.bytes.slice() };
}

function recordsOf({ bytes, chunk, compression, compressedBytes, indexBytes }: ChunkBytes): Uint8Array {
  const end = bytes.length - indexBytes;
  const { recordsBytes } = chunk;
  return decompressRecords(compression, bytes.subarray(end - compressedBytes, end), recordsBytes, {
    maxUncompressedBytes: recordsBytes,
    offset: 0,
  });
}
