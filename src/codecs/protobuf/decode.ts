// readFields(): reads a message with the table of its fields.

import { Fault } from "./faults.ts";
import { type Field, setMember, type ValueType } from "./field.ts";
import type { FieldTable } from "./field_table.ts";
import { readPacked } from "./packed.ts";
import type { ProtobufReader } from "./reader.ts";

/**
 * Reads fields until the end of the message. Skips unknown fields, and fields with a wire type that is not theirs.
 *
 * `previous`: a message into which this one is merged. It must not be used afterwards, because its lists may be used
 * again.
 */
export function readFields(reader: ProtobufReader, table: FieldTable, previous?: object): object {
  const values = table.valuesOf(previous);
  let field: Field | undefined;
  try {
    while (reader.hasMore) {
      field = undefined;
      const tag = reader.tag();
      field = table.find(tag >>> 3);
      if (field === undefined) reader.skip(tag);
      else if (tag === field.tag) readField(reader, table, field, values);
      else if (tag === field.packedTag) readPacked(reader, field.type, listOf(field, values));
      else reader.skip(tag);
    }
  } catch (error) {
    if (error instanceof Fault && field) {
      if (field.form === "list") error.addIndex(listOf(field, values).length);
      error.addName(field.name);
    }
    throw error;
  }
  return table.create(values);
}

function readField(reader: ProtobufReader, table: FieldTable, field: Field, values: unknown[]): void {
  const { index, type, form, oneofIndex } = field;
  if (form === "single") {
    values[index] = type.read(reader, values[index]);
    if (oneofIndex >= 0) {
      // The last one counts.
      const other = table.setOneof(values, field);
      if (other) values[other.index] = undefined;
    }
  } else if (form === "list") {
    listOf(field, values).push(type.read(reader));
  } else {
    readEntry(reader, field, values);
  }
}

function readEntry(reader: ProtobufReader, field: Field, values: unknown[]): void {
  const keyType = field.key as ValueType;
  const { type } = field;
  let key = keyType.zero;
  let value: unknown;
  const end = reader.enter();
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === field.keyTag) key = keyType.read(reader);
    else if (tag === field.valueTag) value = type.read(reader, value);
    else reader.skip(tag);
  }
  reader.leave(end);
  const map = (values[field.index] ??= {}) as object;
  setMember(map, String(key), value ?? type.empty());
}

function listOf({ index, type }: Field, values: unknown[]): unknown[] {
  return (values[index] ??= typeof type.zero === "number" ? newNumberList() : newList()) as unknown[];
}

// Two functions, because V8 remembers for each literal the items of earlier arrays. Numbers are faster in arrays that
// never had other items.

function newNumberList(): unknown[] {
  return [];
}

function newList(): unknown[] {
  return [];
}
