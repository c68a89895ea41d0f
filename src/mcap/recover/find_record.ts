// findRecord(): finds the next record in bytes of which nothing is known.

import { hasMagic, MAGIC_LENGTH } from "../records/magic.ts";
import { Opcode, RECORD_HEAD_BYTES } from "../records/opcode.ts";
import { MESSAGE_HEAD_BYTES } from "../records/parse_message.ts";
import { readSafeUint64 } from "../records/uint64.ts";
import { chunkCompression, chunkExtent, MAX_CHUNK_HEAD_BYTES } from "./chunk_extent.ts";

/** Where a search has ended. */
export interface FoundPlace {
  /** Where the record begins. If more bytes are needed: nothing before this place is a record. */
  readonly start: number;
  /** How many bytes from `start` on decide whether a record begins there; 0 if one does. */
  readonly neededBytes: number;
}

/** Options of {@linkcode findRecord}. */
export interface FindRecordOptions {
  /** The maximum size of a record, in bytes. */
  readonly maxRecordBytes: number;
  /** Whether a channel is defined. Only messages of such channels are found. */
  readonly hasChannel: (id: number) => boolean;
}

const BYTES_32 = "a length of 32 bits, and so many bytes";
const BYTES_64 = "a length of 64 bits, and so many bytes";

/** The fields of a record: how many bytes, or bytes after their length. Fields of fixed size are added up. */
const LAYOUTS: Readonly<Record<number, readonly (number | typeof BYTES_32 | typeof BYTES_64)[]>> = {
  [Opcode.HEADER]: [BYTES_32, BYTES_32],
  [Opcode.FOOTER]: [20],
  [Opcode.SCHEMA]: [2, BYTES_32, BYTES_32, BYTES_32],
  [Opcode.CHANNEL]: [4, BYTES_32, BYTES_32, BYTES_32],
  [Opcode.CHUNK]: [28, BYTES_32, BYTES_64],
  [Opcode.ATTACHMENT]: [16, BYTES_32, BYTES_32, BYTES_64, 4],
  [Opcode.METADATA]: [BYTES_32, BYTES_32],
  [Opcode.DATA_END]: [4],
};

/** Fields that other fields follow are short: names and types. It bounds how many bytes must be in memory. */
const MAX_INNER_BYTES = 64 * 1024;
/** The search does not find longer messages, because it would have to read up to their end. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const COMPRESSIONS: ReadonlySet<string> = new Set(["", "lz4", "zstd"]);

/** The records after the data section. */
const IN_SUMMARY: ReadonlySet<number> = new Set([
  Opcode.FOOTER,
  Opcode.SCHEMA,
  Opcode.CHANNEL,
  Opcode.CHUNK_INDEX,
  Opcode.ATTACHMENT_INDEX,
  Opcode.STATISTICS,
  Opcode.METADATA_INDEX,
  Opcode.SUMMARY_OFFSET,
]);
const MAX_SUMMARY_RECORD_BYTES = 16 * 1024 * 1024;

/** A place at which no record begins. */
const NONE = -1;

/**
 * Finds the next record that is plausible: the lengths of its fields must add up to the length of the record. A message
 * must have a known channel, and another record must follow it. A record must also follow the end of the data section,
 * and the magic bytes the footer. The time is linear in the number of bytes.
 *
 * `isAll`: whether no bytes follow.
 */
export function findRecord(bytes: Uint8Array, isAll: boolean, options: FindRecordOptions): FoundPlace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < bytes.length; start++) {
    const opcode = bytes[start]!;
    if (opcode !== Opcode.MESSAGE && LAYOUTS[opcode] === undefined) continue;
    const neededBytes = opcode === Opcode.MESSAGE
      ? messageBytes(view, start, isAll, options)
      : recordBytes(view, start, options);
    if (neededBytes === 0) return { start, neededBytes };
    if (neededBytes !== NONE && !isAll) return { start, neededBytes };
  }
  return { start: bytes.length, neededBytes: RECORD_HEAD_BYTES };
}

/** Returns how many bytes decide whether a record begins at `start`, or 0, or `NONE`. */
function recordBytes(view: DataView, start: number, { maxRecordBytes }: FindRecordOptions): number {
  if (start + RECORD_HEAD_BYTES > view.byteLength) return RECORD_HEAD_BYTES;
  const length = readSafeUint64(view, start + 1);
  if (length > maxRecordBytes - RECORD_HEAD_BYTES) return NONE;
  const first = start + RECORD_HEAD_BYTES;
  const end = first + length;
  const opcode = view.getUint8(start);
  const layout = LAYOUTS[opcode]!;
  let position = first;
  for (const [index, field] of layout.entries()) {
    if (typeof field === "number") {
      position += field;
      continue;
    }
    const size = field === BYTES_64 ? 8 : 4;
    if (position + size > end) return NONE;
    if (position + size > view.byteLength) return position + size - start;
    const fieldBytes = size === 8 ? readSafeUint64(view, position) : view.getUint32(position, true);
    const isInner = layout[index + 1] !== undefined && typeof layout[index + 1] !== "number";
    if (isInner && fieldBytes > MAX_INNER_BYTES) return NONE;
    position += size + fieldBytes;
    if (position > end) return NONE;
  }
  if (position !== end) return NONE;
  if (opcode === Opcode.FOOTER || opcode === Opcode.DATA_END) return endBytes(view, start, end);
  return opcode === Opcode.CHUNK && !isReadableChunk(view, start) ? NONE : 0;
}

/** The end of the data section ends the search, so what follows it must be plausible, too. */
function endBytes(view: DataView, start: number, end: number): number {
  const isFooter = view.getUint8(start) === Opcode.FOOTER;
  const needed = end + (isFooter ? MAGIC_LENGTH : RECORD_HEAD_BYTES);
  if (needed > view.byteLength) return needed - start;
  const isEnd = isFooter
    ? hasMagic(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), end)
    : IN_SUMMARY.has(view.getUint8(end)) && readSafeUint64(view, end + 1) < MAX_SUMMARY_RECORD_BYTES;
  return isEnd ? 0 : NONE;
}

/** Whether the times are in order, and the compression is known. */
function isReadableChunk(view: DataView, start: number): boolean {
  const times = start + RECORD_HEAD_BYTES;
  if (view.getBigUint64(times, true) > view.getBigUint64(times + 8, true)) return false;
  const bytes = new Uint8Array(
    view.buffer,
    view.byteOffset + start,
    Math.min(MAX_CHUNK_HEAD_BYTES, view.byteLength - start),
  );
  const extent = chunkExtent(bytes);
  return extent !== undefined && COMPRESSIONS.has(chunkCompression(bytes, extent));
}

/** Returns the same as {@linkcode recordBytes} for a message. */
function messageBytes(view: DataView, start: number, isAll: boolean, options: FindRecordOptions): number {
  const head = messageEnd(view, start, options);
  if (head.neededBytes !== 0) return head.neededBytes;
  const { end } = head;
  if (end === view.byteLength && isAll) return 0;
  if (end + RECORD_HEAD_BYTES > view.byteLength) return end + RECORD_HEAD_BYTES - start;
  const opcode = view.getUint8(end);
  if (opcode === Opcode.MESSAGE) {
    const next = messageEnd(view, end, options);
    return next.neededBytes > 0 ? end + next.neededBytes - start : next.neededBytes;
  }
  const isRecord = opcode > 0 && opcode <= Opcode.DATA_END &&
    readSafeUint64(view, end + 1) <= options.maxRecordBytes;
  return isRecord ? 0 : NONE;
}

/** Returns where a message ends whose head is plausible, or how many bytes decide that, or `NONE`. */
function messageEnd(
  view: DataView,
  start: number,
  { maxRecordBytes, hasChannel }: FindRecordOptions,
): { readonly neededBytes: number; readonly end: number } {
  if (start + RECORD_HEAD_BYTES + 2 > view.byteLength) return { neededBytes: RECORD_HEAD_BYTES + 2, end: 0 };
  const length = readSafeUint64(view, start + 1);
  const isMessage = length >= MESSAGE_HEAD_BYTES && length <= Math.min(maxRecordBytes, MAX_MESSAGE_BYTES) &&
    hasChannel(view.getUint16(start + RECORD_HEAD_BYTES, true));
  return { neededBytes: isMessage ? 0 : NONE, end: start + RECORD_HEAD_BYTES + length };
}
