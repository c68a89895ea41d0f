// FileWriter: appends to a file, and knows where everything is.

import { crc32 } from "../compression/crc32.ts";
import { ByteBuilder } from "../records/byte_builder.ts";
import { encodeDataEnd, encodeHeader } from "../records/encode_data.ts";
import { magicBytes } from "../records/magic.ts";
import type { AttachmentIndex, Header } from "../records/records.ts";
import type { ChunkBytes, FullChunk } from "./chunk_bytes.ts";
import type { OpenSink } from "./sink.ts";
import type { SummaryBuilder } from "./summary_builder.ts";

/** Appends bytes to the sink. Call one method at a time. A result that is not a promise means that it is done. */
export class FileWriter {
  readonly #sink: OpenSink;
  readonly #summary: SummaryBuilder;
  /** Where the next byte is in the file. */
  #position = 0;
  #crc = 0;
  #bytes = 0;
  #messages = 0;

  constructor(sink: OpenSink, summary: SummaryBuilder) {
    this.#sink = sink;
    this.#summary = summary;
  }

  /** How many bytes the sink has taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many messages are in the chunks that the sink has taken. */
  get messages(): number {
    return this.#messages;
  }

  /** Appends the start of the file. */
  begin(header: Header): void | Promise<void> {
    const builder = new ByteBuilder();
    builder.bytes(magicBytes());
    encodeHeader(builder, header);
    return this.append(builder.written());
  }

  /** Appends a chunk and its message indexes. */
  appendChunk({ bytes, chunk, compression, compressedBytes, indexBytes }: ChunkBytes): void | Promise<void> {
    const chunkLength = bytes.length - indexBytes;
    const indexStart = this.#position + chunkLength;
    this.#summary.addChunk({
      messageStartTime: chunk.startTime,
      messageEndTime: chunk.endTime,
      chunkStartOffset: this.#position,
      chunkLength,
      messageIndexOffsets: new Map([...chunk.indexOffsets].map(([id, offset]) => [id, indexStart + offset])),
      messageIndexLength: indexBytes,
      compression,
      compressedSize: compressedBytes,
      uncompressedSize: chunk.recordsBytes,
    });
    const result = this.append(bytes);
    if (!result) return this.#addMessages(chunk);
    return result.then(() => this.#addMessages(chunk));
  }

  /** Appends an attachment. `index`: its index without its place in the file. */
  appendAttachment(
    record: Uint8Array<ArrayBuffer>,
    index: Omit<AttachmentIndex, "offset" | "length">,
  ): void | Promise<void> {
    this.#summary.addAttachment({ ...index, offset: this.#position, length: record.length });
    return this.append(record);
  }

  /** Appends metadata with this name. */
  appendMetadata(record: Uint8Array<ArrayBuffer>, name: string): void | Promise<void> {
    this.#summary.addMetadata({ name, offset: this.#position, length: record.length });
    return this.append(record);
  }

  /** Appends the end of the data section, and the summary. */
  end(): void | Promise<void> {
    const builder = new ByteBuilder();
    encodeDataEnd(builder, { dataSectionCrc: this.#crc });
    builder.bytes(this.#summary.build(this.#position + builder.length));
    return this.append(builder.written());
  }

  /** Appends records. */
  append(bytes: Uint8Array<ArrayBuffer>): void | Promise<void> {
    // A sink may transfer the bytes.
    const { length } = bytes;
    this.#position += length;
    this.#crc = crc32(bytes, this.#crc);
    const result = this.#sink.write(bytes);
    if (!result) {
      this.#bytes += length;
      return;
    }
    return result.then(() => {
      this.#bytes += length;
    });
  }

  #addMessages({ messageCounts }: FullChunk): void {
    for (const count of messageCounts.values()) this.#messages += count;
  }
}
