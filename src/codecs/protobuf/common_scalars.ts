// The scalar types that Foxglove's messages have. They are in a file of their own, so that a page which uses only these
// messages does not load the others.

import { bytesOf, isSafeUint8Array } from "../../protocol/bytes.ts";
import { InvalidValue } from "./faults.ts";
import type { ValueType } from "./field.ts";
import { jsonToBytes, jsonToDouble, jsonToInteger } from "./json_values.ts";
import { writePackedItems } from "./packed.ts";
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "./wire.ts";

/** A number of eight bytes. */
export const DOUBLE: ValueType = {
  name: "double",
  wireType: FIXED64,
  zero: 0,
  empty: () => 0,
  write: (writer, value) => writer.double(value as number),
  writePacked: (writer, values) => writer.packedDoubles(values as ArrayLike<number>),
  read: (reader) => reader.double(),
  readPacked: (reader, list) => reader.packedDoubles(list as number[]),
  fromJson: jsonToDouble,
};

/** A boolean. */
export const BOOL: ValueType = {
  name: "bool",
  wireType: VARINT,
  zero: false,
  empty: () => false,
  write: (writer, value) => writer.bool(value as boolean),
  read: (reader) => reader.bool(),
  fromJson(value) {
    if (typeof value === "boolean") return value;
    throw InvalidValue.of("a boolean", value);
  },
};

/** A text. */
export const STRING: ValueType = {
  name: "string",
  wireType: LENGTH_DELIMITED,
  zero: "",
  empty: () => "",
  write: (writer, value) => writer.string(value as string),
  read: (reader) => reader.string(),
  fromJson(value) {
    // Half a surrogate pair becomes U+FFFD, as in protobuf.
    if (typeof value === "string") return value.toWellFormed();
    throw InvalidValue.of("a string", value);
  },
};

/** Bytes. */
export const BYTES: ValueType = {
  name: "bytes",
  wireType: LENGTH_DELIMITED,
  zero: new Uint8Array(0),
  empty: () => new Uint8Array(0),
  isZero: (value) => !isSafeUint8Array(value) && bytesOf(value)?.length === 0,
  write: (writer, value) => writer.bytes(value as Uint8Array),
  read: (reader) => reader.bytes(),
  fromJson: jsonToBytes,
};

/** A uint32 of four bytes. */
export const FIXED32_VALUE: ValueType = {
  name: "fixed32",
  wireType: FIXED32,
  zero: 0,
  empty: () => 0,
  write: (writer, value) => writer.fixed32(value as number),
  writePacked(writer, values) {
    // The memory has the form of the list.
    if (!(values instanceof Uint32Array) || !writer.packedMemory(values)) {
      writePackedItems(writer, FIXED32_VALUE, values);
    }
  },
  read: (reader) => reader.fixed32(),
  fromJson: (value) => jsonToInteger(value, 0, 0xffff_ffff),
};
