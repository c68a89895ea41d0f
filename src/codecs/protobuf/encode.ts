// writeFields(): writes a message from the table of its fields.

import { bytesOf } from "../../protocol/bytes.ts";
import { InvalidValue } from "./faults.ts";
import { type Field, getMember, type ValueType } from "./field.ts";
import { parseMapKey } from "./map_key.ts";
import { writePacked } from "./packed.ts";
import type { ProtobufWriter } from "./writer.ts";

/** Writes the fields of a message, without its length. Members that no field has are ignored. */
export function writeFields(writer: ProtobufWriter, fields: readonly Field[], value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw InvalidValue.of("an object", value);
  let field: Field | undefined;
  let oneofs: Map<number, string> | undefined;
  try {
    for (field of fields) {
      const member = getMember(value, field);
      if (member === undefined || member === null) {
        if (field.isRequired) throw new InvalidValue("is required");
      } else if (field.form === "single") {
        if (field.oneofIndex >= 0) checkOneof(field, oneofs ??= new Map());
        writeSingle(writer, field, member);
      } else if (field.form === "list") {
        writeList(writer, field, member);
      } else {
        writeMap(writer, field, member);
      }
    }
  } catch (error) {
    if (error instanceof InvalidValue && field) error.addName(field.name);
    throw error;
  }
}

function writeSingle(writer: ProtobufWriter, { type, omitsZero, tag }: Field, value: unknown): void {
  // -0 is not zero: its bits are not.
  if (omitsZero && (Object.is(value, type.zero) || type.isZero?.(value))) return;
  writer.tag(tag);
  type.write(writer, value);
}

function writeList(writer: ProtobufWriter, { type, tag, isPacked, packedTag }: Field, values: unknown): void {
  if (!isList(values)) throw InvalidValue.of("an array", values);
  if (values.length === 0) return;
  if (isPacked) {
    writer.tag(packedTag);
    writePacked(writer, type, values);
    return;
  }
  let index = 0;
  try {
    for (; index < values.length; index++) {
      writer.tag(tag);
      type.write(writer, values[index]);
    }
  } catch (error) {
    if (error instanceof InvalidValue) error.addIndex(index);
    throw error;
  }
}

function writeMap(writer: ProtobufWriter, field: Field, map: unknown): void {
  if (typeof map !== "object" || map === null || Array.isArray(map) || ArrayBuffer.isView(map)) {
    throw InvalidValue.of("an object or a Map", map);
  }
  const entries: Iterable<[unknown, unknown]> = map instanceof Map ? map : Object.entries(map);
  const keyType = field.key as ValueType;
  for (const [key, value] of entries) {
    try {
      writer.tag(field.tag);
      const start = writer.begin();
      writer.tag(field.keyTag);
      writeKey(writer, keyType, key);
      writer.tag(field.valueTag);
      field.type.write(writer, value);
      writer.end(start);
    } catch (error) {
      if (error instanceof InvalidValue) error.addKey(key);
      throw error;
    }
  }
}

function writeKey(writer: ProtobufWriter, type: ValueType, key: unknown): void {
  if (typeof key !== "string" || type.zero === "") type.write(writer, key);
  else type.write(writer, parseMapKey(type, key));
}

/** Throws if another field of the same oneof is set. `members`: the name of the set member of each oneof so far. */
function checkOneof({ name, oneofIndex }: Field, members: Map<number, string>): void {
  const other = members.get(oneofIndex);
  if (other !== undefined) {
    throw new InvalidValue(`and "${other}" are members of the same oneof; set only one of them`);
  }
  members.set(oneofIndex, name);
}

/** Whether a value is an array or a typed array that still has its memory. */
function isList(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return false;
  return (value as Uint8Array).length > 0 || bytesOf(value) !== undefined;
}
