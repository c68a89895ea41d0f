// messageFromJson(): converts a message from JSON to the value that decoding protobuf gives.

import { isObject } from "../../protocol/json_object.ts";
import { InvalidValue } from "./faults.ts";
import { type Field, getMember, setMember, type ValueType } from "./field.ts";
import type { FieldTable } from "./field_table.ts";
import { parseMapKey } from "./map_key.ts";
import { MAX_DEPTH } from "./wire.ts";

/** Converts a message. `null` counts as absent, and members that no field has are ignored. */
export function messageFromJson(table: FieldTable, value: unknown, depth: number): object {
  if (!isObject(value)) throw InvalidValue.of("an object", value);
  if (depth > MAX_DEPTH) throw new InvalidValue(`has more than ${MAX_DEPTH} messages inside each other`);
  const values = table.valuesOf();
  let field: Field | undefined;
  try {
    for (field of table.fields) {
      const member = getMember(value, field) ?? undefined;
      if (member === undefined) continue;
      const other = field.oneofIndex >= 0 ? table.setOneof(values, field) : undefined;
      if (other) throw new InvalidValue(`and "${other.name}" are members of the same oneof`);
      values[field.index] = fromJson(field, member, depth + 1);
    }
  } catch (error) {
    if (error instanceof InvalidValue && field) error.addName(field.name);
    throw error;
  }
  return table.create(values);
}

function fromJson({ type, form, key }: Field, value: unknown, depth: number): unknown {
  if (form === "single") return type.fromJson(value, depth);
  return form === "list" ? listFromJson(type, value, depth) : mapFromJson(key as ValueType, type, value, depth);
}

function listFromJson(type: ValueType, value: unknown, depth: number): unknown[] {
  if (!Array.isArray(value)) throw InvalidValue.of("an array", value);
  return value.map((item, index) => {
    try {
      return type.fromJson(item, depth);
    } catch (error) {
      if (error instanceof InvalidValue) error.addIndex(index);
      throw error;
    }
  });
}

function mapFromJson(keyType: ValueType, type: ValueType, value: unknown, depth: number): object {
  if (!isObject(value)) throw InvalidValue.of("an object", value);
  const map = {};
  for (const [name, member] of Object.entries(value)) {
    try {
      const key = keyType.fromJson(parseMapKey(keyType, name), depth);
      setMember(map, String(key), type.fromJson(member, depth));
    } catch (error) {
      if (error instanceof InvalidValue) error.addKey(name);
      throw error;
    }
  }
  return map;
}
