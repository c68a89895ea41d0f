// messageTypeOf(): the table of a message type for the table-driven codec, which finds the paths of mistakes.

import { EnumType } from "../../codecs/protobuf/enum_type.ts";
import type { FieldInit, ValueType } from "../../codecs/protobuf/field.ts";
import { MessageType } from "../../codecs/protobuf/message_type.ts";
import { SCALARS } from "../../codecs/protobuf/scalars.ts";
import { TIMES } from "../../codecs/protobuf/times.ts";
import {
  fullNameOf,
  isMessage,
  type ScalarType,
  type SchemaEnum,
  type SchemaField,
  type SchemaType,
} from "./schema_type.ts";

/** The numbers of scalars in descriptors. */
const NUMBERS: Readonly<Record<Exclude<ScalarType, "timestamp" | "duration">, number>> = {
  double: 1,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
};
const cache: WeakMap<SchemaType | SchemaEnum, ValueType> = new WeakMap();

/** Returns the table of a message type. */
export function messageTypeOf(type: SchemaType): MessageType {
  return valueTypeOf(type) as MessageType;
}

/** Returns the table-driven codec of a type. */
export function valueTypeOf(type: SchemaField["type"]): ValueType {
  if (type === "timestamp") return TIMES.get("google.protobuf.Timestamp") as ValueType;
  if (type === "duration") return TIMES.get("google.protobuf.Duration") as ValueType;
  if (typeof type === "string") return SCALARS.get(NUMBERS[type]) as ValueType;
  const cached = cache.get(type);
  if (cached) return cached;
  const created = isMessage(type) ? createMessageType(type) : createEnumType(type);
  cache.set(type, created);
  return created;
}

function createMessageType(type: SchemaType): MessageType {
  const messageType = new MessageType(fullNameOf(type));
  messageType.define(type.fields.map(({ name, number, type, isList }): FieldInit => ({
    name,
    number,
    type: valueTypeOf(type),
    form: isList ? "list" : "single",
    isPacked: true,
  })));
  return messageType;
}

function createEnumType(type: SchemaEnum): EnumType {
  return new EnumType(fullNameOf(type), new Map(Object.entries(type.values)), 0);
}
