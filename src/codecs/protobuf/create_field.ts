// createField(): a field of a message type from its description. Codecs of Foxglove's messages do not need it.

import type { Field, FieldInit } from "./field.ts";
import { LENGTH_DELIMITED, VARINT } from "./wire.ts";

/** Creates a field. The table of its message type sets `index` and `oneofIndex`. */
export function createField(
  {
    name,
    number,
    type,
    form = "single",
    key,
    isPacked = false,
    isRequired = false,
    omitsZero = false,
    default: defaultValue,
    oneof = -1,
  }: FieldInit,
  index: number,
  oneofIndex: number,
): Field {
  const canBePacked = form === "list" && type.wireType !== LENGTH_DELIMITED;
  const isMap = form === "map";
  return {
    name,
    number,
    type,
    form,
    key,
    isPacked: isPacked && canBePacked,
    isRequired,
    omitsZero,
    default: defaultValue,
    oneof,
    index,
    oneofIndex,
    tag: tagOf(number, isMap ? LENGTH_DELIMITED : type.wireType),
    packedTag: canBePacked ? tagOf(number, LENGTH_DELIMITED) : -1,
    keyTag: tagOf(1, key?.wireType ?? VARINT),
    valueTag: tagOf(2, type.wireType),
    isInherited: name in Object.prototype,
  };
}

function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}
