// Packed lists: the items of a repeated field behind one tag and one length.

import { InvalidValue } from "./faults.ts";
import type { ValueType } from "./field.ts";
import type { ProtobufReader } from "./reader.ts";
import type { ProtobufWriter } from "./writer.ts";

/** Writes a packed list with its length, in the fastest way that its type has. */
export function writePacked(writer: ProtobufWriter, type: ValueType, values: ArrayLike<unknown>): void {
  if (type.writePacked) type.writePacked(writer, values);
  else writePackedItems(writer, type, values);
}

/** Writes a packed list with its length, one item after the other. */
export function writePackedItems(writer: ProtobufWriter, type: ValueType, values: ArrayLike<unknown>): void {
  const start = writer.begin();
  let index = 0;
  try {
    for (; index < values.length; index++) type.write(writer, values[index]);
  } catch (error) {
    if (error instanceof InvalidValue) error.addIndex(index);
    throw error;
  }
  writer.end(start);
}

/** Reads a packed list with its length, and appends its items to `list`. */
export function readPacked(reader: ProtobufReader, type: ValueType, list: unknown[]): void {
  if (type.readPacked) return type.readPacked(reader, list);
  const end = reader.enter();
  // Several times as fast as push().
  while (reader.hasMore) list[list.length] = type.read(reader);
  reader.leave(end);
}
