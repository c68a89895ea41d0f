// locateFault(): finds the field in which a payload is malformed, after the fast path has noticed it.

import { Fault } from "../../codecs/protobuf/faults.ts";
import { readPacked } from "../../codecs/protobuf/packed.ts";
import { ProtobufReader } from "../../codecs/protobuf/reader.ts";
import { LENGTH_DELIMITED } from "../../codecs/protobuf/wire.ts";
import { isMessage, type SchemaField, type SchemaType } from "./schema_type.ts";
import { valueTypeOf } from "./value_type.ts";

/** The items of lists, whose number is part of paths, and the values of messages. */
type Values = Map<SchemaField, unknown>;

/** Reads a payload a second time, by a slower way that knows the path of the field. Returns the fault with its path. */
export function locateFault(type: SchemaType, bytes: Uint8Array, fault: Fault): Fault {
  try {
    readValues(new ProtobufReader(bytes), type, new Map());
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  return fault;
}

function readValues(reader: ProtobufReader, { fields }: SchemaType, values: Values): Values {
  let field: SchemaField | undefined;
  try {
    while (reader.hasMore) {
      field = undefined;
      const tag = reader.tag();
      field = fields.find(({ number }) => number === tag >>> 3);
      if (field) readField(reader, field, tag, values);
      else reader.skip(tag);
    }
  } catch (error) {
    if (error instanceof Fault && field) {
      if (field.isList) error.addIndex(listOf(field, values).length);
      error.addName(field.name);
    }
    throw error;
  }
  return values;
}

function readField(reader: ProtobufReader, field: SchemaField, tag: number, values: Values): void {
  const { type, isList } = field;
  const wireType = tag & 7;
  if (isMessage(type)) {
    if (wireType !== LENGTH_DELIMITED) return reader.skip(tag);
    const end = reader.enter();
    const previous = isList ? undefined : values.get(field) as Values | undefined;
    add(field, values, readValues(reader, type, previous ?? new Map()));
    return reader.leave(end);
  }
  const valueType = valueTypeOf(type);
  if (wireType === valueType.wireType) {
    add(field, values, valueType.read(reader, isList ? undefined : values.get(field)));
  } else if (isList && wireType === LENGTH_DELIMITED) readPacked(reader, valueType, listOf(field, values));
  else reader.skip(tag);
}

function add(field: SchemaField, values: Values, value: unknown): void {
  if (field.isList) listOf(field, values).push(value);
  else values.set(field, value);
}

function listOf(field: SchemaField, values: Values): unknown[] {
  const list = values.get(field) as unknown[] | undefined ?? [];
  values.set(field, list);
  return list;
}
