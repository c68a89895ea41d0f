// Written files: sinks that keep the bytes, and the records of a file, as our parsers read them.

import { decompressRecords } from "../../../src/mcap/compression/decompress.ts";
import { checkMagic, MAGIC_LENGTH } from "../../../src/mcap/records/magic.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import type { McapRecord } from "../../../src/mcap/records/records.ts";
import type { McapSink } from "../../../src/mcap/writer/sink.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import type { McapWriterOptions } from "../../../src/mcap/writer/writer_options.ts";
import { currentRecord } from "../support/parse_record.ts";

/** A record of a type. */
export type RecordOf<Type extends McapRecord["type"]> = Extract<McapRecord, { type: Type }>;

/** Keeps all bytes, as it gets them. */
export class MemorySink implements McapSink {
  readonly parts: Uint8Array<ArrayBuffer>[] = [];
  readonly calls: string[] = [];

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.parts.push(bytes);
    this.calls.push("write");
  }

  flush(): void {
    this.calls.push("flush");
  }

  sync(): void {
    this.calls.push("sync");
  }

  close(): void {
    this.calls.push("close");
  }

  /** All bytes so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.parts.reduce((sum, { length }) => sum + length, 0));
    let position = 0;
    for (const part of this.parts) {
      bytes.set(part, position);
      position += part.length;
    }
    return bytes;
  }
}

/** Returns the file that `write` writes. */
export async function written(
  write: (writer: McapWriter) => void | Promise<void>,
  options: McapWriterOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new MemorySink();
  const writer = await McapWriter.open(sink, options);
  await write(writer);
  await writer.close();
  return sink.bytes();
}

/** Returns random bytes, which do not shrink. */
export function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536) {
    crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  }
  return bytes;
}

/** Returns JSON as bytes. */
export function text(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Returns all records of a file that has no summary yet, or of a whole file up to its footer. */
export function recordsOf(file: Uint8Array): McapRecord[] {
  checkMagic(file, 0, 0);
  const records = readAll(file.subarray(MAGIC_LENGTH), MAGIC_LENGTH);
  if (records.at(-1)?.type === "Footer") checkMagic(file, file.length - MAGIC_LENGTH, 0);
  return records;
}

/** Returns the records of one type. */
export function ofType<Type extends McapRecord["type"]>(records: readonly McapRecord[], type: Type): RecordOf<Type>[] {
  return records.filter((record): record is RecordOf<Type> => record.type === type);
}

/** Returns the bytes of the records in a chunk. */
export function decompressed({ compression, records, uncompressedSize }: RecordOf<"Chunk">): Uint8Array {
  const limits = { maxUncompressedBytes: uncompressedSize, offset: 0 };
  return decompressRecords(compression, records, uncompressedSize, limits);
}

/** Returns the records in a chunk. */
export function chunkRecords(chunk: RecordOf<"Chunk">): McapRecord[] {
  return readAll(decompressed(chunk), 0);
}

/** Returns all messages of a file. */
export function messagesOf(file: Uint8Array): RecordOf<"Message">[] {
  return ofType(ofType(recordsOf(file), "Chunk").flatMap(chunkRecords), "Message");
}

/** Returns the types of records, such as `Schema Channel Message*3`. */
export function summaryOf(records: readonly McapRecord[]): string {
  const groups: [type: string, count: number][] = [];
  for (const { type } of records) {
    const last = groups.at(-1);
    if (last?.[0] === type) last[1] += 1;
    else groups.push([type, 1]);
  }
  return groups.map(([type, count]) => count === 1 ? type : `${type}*${count}`).join(" ");
}

/** Returns the record at `offset`. Throws if it is of another type, or if its length is not `length`. */
export function recordAt<Type extends McapRecord["type"]>(
  bytes: Uint8Array,
  type: Type,
  offset: number,
  length?: number,
): RecordOf<Type> {
  const reader = new RecordReader(bytes.subarray(offset), { offset });
  if (reader.next() !== "record") throw reader.cutError();
  const record = currentRecord(reader);
  if (record.type === type && (length ?? reader.recordBytes) === reader.recordBytes) return record as RecordOf<Type>;
  throw new Error(`Found ${record.type} of ${reader.recordBytes} bytes at ${offset}`);
}

function readAll(bytes: Uint8Array, offset: number): McapRecord[] {
  const reader = new RecordReader(bytes, { offset });
  const records: McapRecord[] = [];
  for (let result; (result = reader.next()) !== "end";) {
    if (result !== "record") throw reader.cutError();
    records.push(currentRecord(reader));
    if (records.at(-1)?.type === "Footer") break;
  }
  return records;
}
