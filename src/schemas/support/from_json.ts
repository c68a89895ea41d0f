// fromJson(): converts a message from JSON to the value that decoding protobuf gives.

import { InvalidValue } from "../../codecs/protobuf/faults.ts";
import { isObject } from "../../protocol/json_object.ts";
import { isMessage, type SchemaField, type SchemaType } from "./schema_type.ts";
import { valueTypeOf } from "./value_type.ts";

/** Converts a message. `null` counts as absent. Members that no field has are ignored. */
export function fromJson(type: SchemaType, value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw InvalidValue.of("an object", value);
  const message: Record<string, unknown> = {};
  let name = "";
  try {
    for (const field of type.fields) {
      name = field.name;
      const member = value[name] ?? undefined;
      if (member !== undefined) {
        message[name] = field.isList ? listFromJson(field, member) : itemFromJson(field, member);
      } else if (!field.isOptional) message[name] = defaultOf(field);
    }
  } catch (error) {
    if (error instanceof InvalidValue) error.addName(name);
    throw error;
  }
  return message;
}

function listFromJson(field: SchemaField, list: unknown): unknown[] {
  if (!Array.isArray(list)) throw InvalidValue.of("an array", list);
  let index = 0;
  try {
    const items: unknown[] = [];
    for (; index < list.length; index++) items.push(itemFromJson(field, list[index]));
    return items;
  } catch (error) {
    if (error instanceof InvalidValue) error.addIndex(index);
    throw error;
  }
}

function itemFromJson({ type }: SchemaField, value: unknown): unknown {
  return isMessage(type) ? fromJson(type, value) : valueTypeOf(type).fromJson(value, 0);
}

function defaultOf({ type, isList, length = 0, default: value }: SchemaField): unknown {
  if (isList) return new Array(length).fill(0);
  if (isMessage(type)) return fromJson(type, {});
  return value ?? valueTypeOf(type).empty();
}
