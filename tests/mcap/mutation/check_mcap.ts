// checkMcap(): checks how the record reader and the decompression handle any bytes.

import { decompressRecords, decompressStart } from "../../../src/mcap/compression/decompress.ts";
import { ByteBuilder } from "../../../src/mcap/records/byte_builder.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { parseOpenChunk } from "../../../src/mcap/records/parse_chunk.ts";
import { RecordReader } from "../../../src/mcap/records/record_reader.ts";
import type { Chunk, McapRecord } from "../../../src/mcap/records/records.ts";
import { Random } from "../../protocol/random.ts";
import { sameValue } from "../../protocol/mutation/same_value.ts";
import { encodeRecord } from "../support/encode_record.ts";
import { currentRecord, parseRecord } from "../support/parse_record.ts";

/** An input, and what it is used as. */
export interface McapInput {
  /** Records without the magic bytes, or compressed records. */
  readonly kind: "records" | "lz4" | "zstd";
  readonly bytes: Uint8Array;
  /** The seed for the parts in which a stream would deliver the bytes. */
  readonly splitSeed: number;
}

/** What is in the bytes: records, and how they end. */
type Event =
  | { readonly type: "record"; readonly offset: number; readonly opcode: number; readonly content: Uint8Array }
  | { readonly type: "incomplete" | "open" | "end" }
  | { readonly type: "error"; readonly text: string };

const MAX_UNCOMPRESSED_BYTES = 1 << 18;
const LIMITS = { maxUncompressedBytes: MAX_UNCOMPRESSED_BYTES, offset: 0 };
/** A chunk in a chunk is invalid, but must not be a problem either. */
const MAX_DEPTH = 2;

/**
 * Every input must give values or a McapError. Records must be the same after they were encoded and parsed again, and
 * must not depend on how a stream splits them.
 *
 * @returns How many records were valid, or whether the compressed records were.
 * @throws {Error} If anything else happens.
 */
export function checkMcap({ kind, bytes, splitSeed }: McapInput): number {
  if (kind !== "records") return checkDecompression(kind, bytes) === undefined ? 0 : 1;
  const events = eventsOf(bytes);
  const split = splitEventsOf(bytes, new Random(splitSeed));
  if (!sameValue(events, split)) throw new Error(`Depends on the split: ${Deno.inspect([events, split])}`);
  return checkRecords(bytes, MAX_DEPTH);
}

/** Parses all records, and those in chunks. Returns how many are valid. */
function checkRecords(bytes: Uint8Array, depth: number): number {
  const reader = new RecordReader(bytes);
  let valid = 0;
  for (;;) {
    const result = attempt(() => reader.next());
    if (result === "open" || result === "incomplete") checkCut(reader);
    if (result !== "record") return valid;
    const record = attempt(() => currentRecord(reader));
    if (record === undefined) continue;
    valid += 1;
    checkRoundTrip(record);
    if (record.type === "Message") checkMessage(reader, record);
    if (record.type === "Chunk" && depth > 0) valid += checkChunk(record, depth);
  }
}

function checkCut(reader: RecordReader): void {
  const error = reader.cutError();
  if (!(error instanceof McapError)) throw new Error(`No McapError: ${error}`);
  const chunk = attempt(() => parseOpenChunk(reader.content, 0));
  if (chunk) attempt(() => decompressStart(chunk.compression, chunk.records, LIMITS));
}

function checkChunk({ compression, records, uncompressedSize }: Chunk, depth: number): number {
  const uncompressed = attempt(() => decompressRecords(compression, records, uncompressedSize, LIMITS));
  return uncompressed ? checkRecords(uncompressed, depth - 1) : 0;
}

function checkRoundTrip(record: McapRecord): void {
  // The format has no such schemas, and readers ignore them.
  if (record.type === "Schema" && record.id === 0) return;
  const builder = new ByteBuilder();
  const size = encodeRecord(builder, record);
  const bytes = builder.written();
  if (size !== bytes.length) throw new Error(`The size is ${size}, not ${bytes.length}`);
  const again = parseRecord(bytes[0]!, bytes.subarray(9), 0);
  if (!sameValue(withoutMaps(again), withoutMaps(record))) {
    throw new Error(`Is another record after it was encoded: ${Deno.inspect([again, record])}`);
  }
}

function checkMessage(reader: RecordReader, record: McapRecord): void {
  if (!sameValue({ ...record, channelId: reader.messageChannelId }, { type: "Message", ...reader.message() })) {
    throw new Error(`message() differs from parseRecord(): ${Deno.inspect([reader.message(), record])}`);
  }
}

/** Returns the data, or `undefined` if the bytes are invalid. */
function checkDecompression(kind: "lz4" | "zstd", bytes: Uint8Array): Uint8Array | undefined {
  const start = decompressStart(kind, bytes, LIMITS);
  if (start.length > MAX_UNCOMPRESSED_BYTES) throw new Error(`${start.length} bytes exceed the limit`);
  const whole = attempt(() => decompressRecords(kind, bytes, start.length, LIMITS));
  if (whole && !sameValue(whole, start)) throw new Error("The start of the data differs from the data");
  for (const size of [start.length + 1, MAX_UNCOMPRESSED_BYTES, Number.MAX_SAFE_INTEGER]) {
    const other = attempt(() => decompressRecords(kind, bytes, size, LIMITS));
    if (other && other.length !== size) throw new Error(`${other.length} bytes instead of ${size}`);
  }
  return whole;
}

function eventsOf(bytes: Uint8Array): Event[] {
  const reader = new RecordReader(bytes);
  const events: Event[] = [];
  while (addEvent(events, reader) === "record");
  return events;
}

/** Reads as from a stream: keeps what is incomplete until more bytes come. */
function splitEventsOf(bytes: Uint8Array, random: Random): Event[] {
  const events: Event[] = [];
  let start = 0;
  const reader = new RecordReader(new Uint8Array());
  for (let end = 0; end < bytes.length;) {
    end = Math.min(bytes.length, end + 1 + random.below(40));
    reader.reset(bytes.subarray(start, end), start);
    let result: Event["type"];
    while ((result = addEvent(events, reader)) === "record");
    if (result === "error") return events;
    // More bytes may come.
    if (end < bytes.length) events.pop();
    start = reader.recordOffset;
  }
  if (bytes.length === 0) events.push({ type: "end" });
  return events;
}

/** Moves the reader, and adds what it returns. Returns the type of the event. */
function addEvent(events: Event[], reader: RecordReader): Event["type"] {
  let event: Event;
  try {
    const type = reader.next();
    event = type === "record"
      ? { type, offset: reader.recordOffset, opcode: reader.opcode, content: reader.content }
      : { type };
  } catch (error) {
    if (!(error instanceof McapError)) throw error;
    event = { type: "error", text: error.message };
  }
  events.push(event);
  return event.type;
}

/** Returns `undefined` for a McapError. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof McapError) return undefined;
    throw new Error(`Rejected by ${cause}`, { cause });
  }
}

function withoutMaps(record: McapRecord): unknown {
  const entries = Object.entries(record);
  return Object.fromEntries(entries.map(([name, value]) => [name, value instanceof Map ? [...value] : value]));
}
