// ChunkCloser: compresses the chunks of a file and queues them.

import { bytesOf, kindOf } from "../../protocol/bytes.ts";
import { type CompressedRecords, compressRecords, MAX_COMPRESSED_PART } from "../compression/compress.ts";
import type { AppendQueue } from "./append_queue.ts";
import type { ChunkBuilder } from "./chunk_builder.ts";
import { type ChunkBytes, compressedChunk, type FullChunk, storedChunk } from "./chunk_bytes.ts";
import type { FileWriter } from "./file_writer.ts";
import type { McapWriterOptions, ResolvedWriterOptions } from "./writer_options.ts";

/** How many buffers of chunks are kept. One more is used by the current chunk. */
const MAX_SPARE_BUFFERS = 2;

/** The parts of a writer that closing a chunk needs. */
export interface ChunkCloserParts {
  /** The current chunk. */
  readonly builder: ChunkBuilder;
  /** The queue for chunks. */
  readonly queue: AppendQueue;
  /** The file for chunks. */
  readonly file: FileWriter;
  /** Whether the sink returns bytes. */
  readonly returnsBytes: boolean;
}

/** Takes the current chunk, compresses it, and queues it. The order of chunks is kept. */
export class ChunkCloser {
  readonly #parts: ChunkCloserParts;
  readonly #options: ResolvedWriterOptions;
  readonly #spares: Uint8Array<ArrayBuffer>[] = [];
  /** The size of a new buffer. */
  readonly #capacity: number;

  constructor(parts: ChunkCloserParts, options: ResolvedWriterOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#capacity = parts.builder.capacity;
  }

  /** Closes the current chunk and begins another. */
  close(): void {
    const { builder } = this.#parts;
    const { compress } = this.#options;
    const chunk = builder.complete();
    if (compress) return this.#compressElsewhere(chunk, compress);
    const compressed = this.#compress(chunk.records);
    if (!compressed) return;
    if (compressed.compression === "") return this.#store(storedChunk(chunk));
    const bytes = compressedChunk(chunk, compressed.records);
    builder.reset();
    this.#append(bytes);
  }

  /** Compresses records. If that fails, for example without memory, the chunk is lost, and nothing may follow it. */
  #compress(records: Uint8Array): CompressedRecords | undefined {
    const { compression, level } = this.#options;
    try {
      return compressRecords(records, compression, level);
    } catch (error) {
      this.#parts.builder.reset();
      this.#parts.queue.fail(error);
      return undefined;
    }
  }

  #append(bytes: ChunkBytes): void {
    this.#parts.queue.add(bytes.bytes.length, () => this.#parts.file.appendChunk(bytes));
  }

  /** Queues the buffer of the chunk. */
  #store(stored: ChunkBytes): void {
    const { builder, queue, file, returnsBytes } = this.#parts;
    const { length } = stored.bytes;
    if (!returnsBytes && length < builder.capacity / 2) {
      // The sink may keep the bytes, but not a buffer that is mostly empty.
      const bytes = stored.bytes.slice();
      builder.reset();
      return this.#append({ ...stored, bytes });
    }
    builder.replace(this.#spares.pop() ?? this.#capacity);
    queue.add(length, () => {
      const result = file.appendChunk(stored);
      if (!returnsBytes) return result;
      if (!result) return this.#recycle(stored.bytes);
      return result.then(() => this.#recycle(stored.bytes));
    });
  }

  #compressElsewhere(chunk: FullChunk, compress: NonNullable<McapWriterOptions["compress"]>): void {
    const { builder, queue, file, returnsBytes } = this.#parts;
    const { records } = chunk;
    // The records may be transferred, together with the indexes in the same buffer.
    const own = { ...chunk, indexes: chunk.indexes.slice() };
    builder.replace(this.#spares.pop() ?? this.#capacity);
    const compressing = new Promise<Uint8Array>((resolve) => resolve(compress(records)));
    // The queue awaits it later.
    compressing.catch(() => {});
    queue.add(chunk.recordsBytes, async () => {
      const compressed = checkCompressed(await compressing);
      const isStored = records.length > 0 && compressed.length > chunk.recordsBytes * MAX_COMPRESSED_PART;
      const bytes = isStored ? storedChunk(chunk) : compressedChunk(own, compressed);
      await file.appendChunk(bytes);
      if (records.length > 0 && (returnsBytes || !isStored)) this.#recycle(records);
    });
  }

  #recycle(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#spares.length < MAX_SPARE_BUFFERS) this.#spares.push(new Uint8Array(bytes.buffer));
  }
}

function checkCompressed(value: unknown): Uint8Array {
  const bytes = bytesOf(value);
  if (bytes && bytes.length > 0) return bytes;
  throw new TypeError(`Cannot write MCAP: the option "compress" returned ${kindOf(value)}, not the compressed bytes`);
}
