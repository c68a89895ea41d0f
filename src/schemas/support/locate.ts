// locateMistake(): finds the member that cannot be encoded, after the fast path has noticed a mistake.

import { InvalidValue } from "../../codecs/protobuf/faults.ts";
import { ProtobufWriter } from "../../codecs/protobuf/writer.ts";
import { isNumberArray } from "./number_array.ts";
import { isMessage, type ScalarType, type SchemaEnum, type SchemaField, type SchemaType } from "./schema_type.ts";
import { jsonBool, jsonBytes, jsonDouble, jsonDuration, jsonFixed32, jsonString, jsonTimestamp } from "./to_json.ts";
import { valueTypeOf } from "./value_type.ts";

/** The encoding into which a value was to be written. */
export type Format = "protobuf" | "json";

/** Functions that throw if JSON cannot express a value. */
const TO_JSON: Readonly<Record<ScalarType, (value: never) => unknown>> = {
  double: jsonDouble,
  fixed32: jsonFixed32,
  bool: jsonBool,
  string: jsonString,
  bytes: jsonBytes,
  timestamp: jsonTimestamp,
  duration: jsonDuration,
};

/** Throws an `InvalidValue` with the path of the first mistake. Returns if there is none. */
export function locateMistake(type: SchemaType, value: unknown, format: Format): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw InvalidValue.of("an object", value);
  let name = "";
  try {
    for (const field of type.fields) {
      name = field.name;
      const member = (value as Record<string, unknown>)[name];
      if (member === undefined || member === null) continue;
      if (field.isList) checkList(field, member, format);
      else checkItem(field, member, format);
    }
  } catch (error) {
    if (error instanceof InvalidValue) error.addName(name);
    throw error;
  }
}

function checkList(field: SchemaField, list: unknown, format: Format): void {
  const isNumeric = field.type === "double" || field.type === "fixed32";
  if (isNumeric ? !isNumberArray(list) : !Array.isArray(list)) throw InvalidValue.of("an array", list);
  const items = list as ArrayLike<unknown>;
  if (field.length !== undefined && items.length !== field.length) {
    throw new InvalidValue(`must have ${field.length} items, not ${items.length}`);
  }
  let index = 0;
  try {
    for (; index < items.length; index++) checkItem(field, items[index], format);
  } catch (error) {
    if (error instanceof InvalidValue) error.addIndex(index);
    throw error;
  }
}

function checkItem({ type }: SchemaField, value: unknown, format: Format): void {
  if (isMessage(type)) locateMistake(type, value, format);
  else if (typeof type === "object") checkEnum(type, value);
  else if (format === "json") TO_JSON[type](value as never);
  else valueTypeOf(type).write(new ProtobufWriter(), value);
}

function checkEnum({ title, values }: SchemaEnum, value: unknown): void {
  if (typeof value === "number" && (value | 0) === value) return;
  throw InvalidValue.of(`an integer such as ${title}.${Object.keys(values).at(-1)}`, value);
}
