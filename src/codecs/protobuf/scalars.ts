// The scalar types of protobuf, by their number in descriptors.

import { BOOL, BYTES, DOUBLE, FIXED32_VALUE, STRING } from "./common_scalars.ts";
import type { ValueType } from "./field.ts";
import { INT64_MAX, INT64_MIN, UINT64_MAX } from "./int64.ts";
import { jsonToDouble, jsonToInteger, jsonToLong } from "./json_values.ts";
import { writePackedItems } from "./packed.ts";
import type { ProtobufReader } from "./reader.ts";
import type { ProtobufWriter } from "./writer.ts";
import { FIXED32, FIXED64, VARINT } from "./wire.ts";

/** Programs may pass 0 for 0n. */
const isLongZero = (value: unknown) => value === 0;

const float: ValueType = {
  name: "float",
  wireType: FIXED32,
  zero: 0,
  empty: () => 0,
  write: (writer, value) => writer.float(value as number),
  writePacked: (writer, values) => writer.packedFloats(values as ArrayLike<number>),
  read: (reader) => reader.float(),
  readPacked: (reader, list) => reader.packedFloats(list as number[]),
  fromJson: (value) => Math.fround(jsonToDouble(value)),
};

const int32 = integer("int32", VARINT, (writer, value) => writer.int32(value), (reader) => reader.int32());
const sint32 = integer("sint32", VARINT, (writer, value) => writer.sint32(value), (reader) => reader.sint32());
const uint32 = unsigned("uint32", VARINT, (writer, value) => writer.uint32(value), (reader) => reader.uint32());
const int64 = long("int64", VARINT, (writer, value) => writer.int64(value), (reader) => reader.int64());
const sint64 = long("sint64", VARINT, (writer, value) => writer.sint64(value), (reader) => reader.sint64());
const uint64 = unsignedLong("uint64", VARINT, (writer, value) => writer.uint64(value), (reader) => reader.uint64());

const sfixed32 = withMemory(
  integer("sfixed32", FIXED32, (writer, value) => writer.sfixed32(value), (reader) => reader.sfixed32()),
  Int32Array,
);
const fixed64 = withMemory(
  unsignedLong("fixed64", FIXED64, (writer, value) => writer.fixed64(value), (reader) => reader.fixed64()),
  BigUint64Array,
);
const sfixed64 = withMemory(
  long("sfixed64", FIXED64, (writer, value) => writer.sfixed64(value), (reader) => reader.sfixed64()),
  BigInt64Array,
);

/** The scalars by their number in `FieldDescriptorProto.Type`. Groups, messages and enums are missing. */
export const SCALARS: ReadonlyMap<number, ValueType> = new Map([
  [1, DOUBLE],
  [2, float],
  [3, int64],
  [4, uint64],
  [5, int32],
  [6, fixed64],
  [7, FIXED32_VALUE],
  [8, BOOL],
  [9, STRING],
  [12, BYTES],
  [13, uint32],
  [15, sfixed32],
  [16, sfixed64],
  [17, sint32],
  [18, sint64],
]);

type Write<T> = (writer: ProtobufWriter, value: T) => void;
type Read<T> = (reader: ProtobufReader) => T;

function integer(name: string, wireType: number, write: Write<number>, read: Read<number>): ValueType {
  const fromJson = (value: unknown) => jsonToInteger(value, -0x8000_0000, 0x7fff_ffff);
  return { name, wireType, zero: 0, empty: () => 0, write: write as Write<unknown>, read, fromJson };
}

function unsigned(name: string, wireType: number, write: Write<number>, read: Read<number>): ValueType {
  const fromJson = (value: unknown) => jsonToInteger(value, 0, 0xffff_ffff);
  return { name, wireType, zero: 0, empty: () => 0, write: write as Write<unknown>, read, fromJson };
}

function long(name: string, wireType: number, write: Write<bigint>, read: Read<bigint>): ValueType {
  const fromJson = (value: unknown) => jsonToLong(value, INT64_MIN, INT64_MAX);
  return {
    name,
    wireType,
    zero: 0n,
    empty: () => 0n,
    isZero: isLongZero,
    write: write as Write<unknown>,
    read,
    fromJson,
  };
}

function unsignedLong(name: string, wireType: number, write: Write<bigint>, read: Read<bigint>): ValueType {
  const fromJson = (value: unknown) => jsonToLong(value, 0n, UINT64_MAX);
  return {
    name,
    wireType,
    zero: 0n,
    empty: () => 0n,
    isZero: isLongZero,
    write: write as Write<unknown>,
    read,
    fromJson,
  };
}

/** Adds the fast path for packed lists: the memory of an `Items` has the form of the list. */
function withMemory(type: ValueType, Items: new () => ArrayBufferView): ValueType {
  return {
    ...type,
    writePacked(writer, values) {
      if (!(values instanceof Items) || !writer.packedMemory(values)) writePackedItems(writer, type, values);
    },
  };
}
