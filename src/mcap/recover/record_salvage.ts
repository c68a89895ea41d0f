// RecordSalvage: reads whole records of a broken file.

import { crcFault } from "../reader/chunk_records.ts";
import type { MessageCollector } from "../reader/message_collector.ts";
import type { RecordFeed } from "../reader/record_feed.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { attachmentFields, parseAttachment, parseMetadata } from "../records/parse_attachment.ts";
import { parseHeader } from "../records/parse_data.ts";
import type { RecordReader } from "../records/record_reader.ts";
import type { Attachment, Header } from "../records/records.ts";
import type { ChunkSalvage } from "./chunk_salvage.ts";
import type { SalvagedPart } from "./salvaged_part.ts";
import type { SalvageState } from "./salvage_state.ts";
import type { SalvageTally } from "./salvage_tally.ts";

/** Makes parts of whole records, and counts them. */
export class RecordSalvage {
  readonly #collector: MessageCollector;
  readonly #tally: SalvageTally;
  readonly #chunks: ChunkSalvage;
  #header: Header | undefined;

  constructor({ collector, tally }: SalvageState, chunks: ChunkSalvage) {
    this.#collector = collector;
    this.#tally = tally;
    this.#chunks = chunks;
  }

  /** The first record of the file; `undefined` before it was read, or if it is missing. */
  get header(): Header | undefined {
    return this.#header;
  }

  /** Reads the whole records that are in memory. Ends the tally where the data section ends. */
  *read(feed: RecordFeed): Generator<SalvagedPart, undefined> {
    for (const part of this.#records(feed)) {
      yield* this.collected();
      if (part) yield this.#tally.counted(part);
    }
    yield* this.collected();
    return undefined;
  }

  /** Yields the messages that were collected, if there are any. */
  *collected(): Generator<SalvagedPart, undefined> {
    const messages = this.#collector.take();
    if (messages.length > 0) yield this.#tally.counted({ type: "messages", messages });
    return undefined;
  }

  /**
   * Reads whole records. The collector keeps their messages. Yields all other parts, and `undefined` at the end of each
   * chunk.
   */
  *#records({ bytes, reader, offset }: RecordFeed): Generator<SalvagedPart | undefined, undefined> {
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
          this.#chunks.whole(content, recordOffset);
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
}
