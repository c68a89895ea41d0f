// valueTypeOf(): how the values of fields that are not messages are read, written and converted.

import { EnumType } from "../../codecs/protobuf/enum_type.ts";
import type { ValueType } from "../../codecs/protobuf/field.ts";
import { BOOL, BYTES, DOUBLE, FIXED32_VALUE, STRING } from "../../codecs/protobuf/common_scalars.ts";
import { DURATION, TIMESTAMP } from "../../codecs/protobuf/times.ts";
import { fullNameOf, type ScalarType, type SchemaEnum } from "./schema_type.ts";

const SCALARS: Readonly<Record<ScalarType, ValueType>> = {
  double: DOUBLE,
  fixed32: FIXED32_VALUE,
  bool: BOOL,
  string: STRING,
  bytes: BYTES,
  timestamp: TIMESTAMP,
  duration: DURATION,
};
const enums: WeakMap<SchemaEnum, ValueType> = new WeakMap();

/** Returns the type of the values. */
export function valueTypeOf(type: ScalarType | SchemaEnum): ValueType {
  if (typeof type === "string") return SCALARS[type];
  const cached = enums.get(type);
  if (cached) return cached;
  const created = new EnumType(fullNameOf(type), new Map(Object.entries(type.values)), 0);
  enums.set(type, created);
  return created;
}
