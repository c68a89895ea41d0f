// readDescriptorSet(): reads a serialised google.protobuf.FileDescriptorSet, as far as the codec needs it.

import { BOOL, STRING } from "./common_scalars.ts";
import type { FieldInit, ValueType } from "./field.ts";
import { MessageType } from "./message_type.ts";
import { ProtobufReader } from "./reader.ts";
import { SCALARS } from "./scalars.ts";

/** Settings of an edition, which a file or a field may change. */
export interface FeatureSet {
  /** 1: explicit, 2: implicit, 3: required. */
  field_presence?: number;
  /** 1: packed, 2: expanded. */
  repeated_field_encoding?: number;
  /** 1: with a length, 2: as a group. */
  message_encoding?: number;
}

/** A field of a message type. */
export interface FieldDescriptor {
  name?: string;
  number?: number;
  /** 1: optional, 2: required, 3: repeated. */
  label?: number;
  /** The number of a scalar type, or 10: group, 11: message, 14: enum. */
  type?: number;
  type_name?: string;
  default_value?: string;
  oneof_index?: number;
  options?: { packed?: boolean; features?: FeatureSet };
  proto3_optional?: boolean;
}

/** An enum. */
export interface EnumDescriptor {
  name?: string;
  value: readonly { name?: string; number?: number }[];
}

/** A message type. */
export interface MessageDescriptor {
  name?: string;
  field: readonly FieldDescriptor[];
  nested_type: readonly MessageDescriptor[];
  enum_type: readonly EnumDescriptor[];
  options?: { map_entry?: boolean };
}

/** A `.proto` file. */
export interface FileDescriptor {
  name?: string;
  package?: string;
  dependency: readonly string[];
  message_type: readonly MessageDescriptor[];
  enum_type: readonly EnumDescriptor[];
  options?: { features?: FeatureSet };
  /** `proto2`, `proto3` or `editions`. Absent: `proto2`. */
  syntax?: string;
  edition?: number;
}

/** The files of a descriptor, with those that they import. */
export interface FileDescriptorSet {
  file: readonly FileDescriptor[];
}

// The field numbers of google/protobuf/descriptor.proto.
const INT32 = SCALARS.get(5) as ValueType;

const FEATURES = message("FeatureSet", [
  optional("field_presence", 1, INT32),
  optional("repeated_field_encoding", 3, INT32),
  optional("message_encoding", 5, INT32),
]);
const FIELD = message("FieldDescriptorProto", [
  optional("name", 1, STRING),
  optional("number", 3, INT32),
  optional("label", 4, INT32),
  optional("type", 5, INT32),
  optional("type_name", 6, STRING),
  optional("default_value", 7, STRING),
  optional("options", 8, message("FieldOptions", [optional("packed", 2, BOOL), optional("features", 21, FEATURES)])),
  optional("oneof_index", 9, INT32),
  optional("proto3_optional", 17, BOOL),
]);
const ENUM = message("EnumDescriptorProto", [
  optional("name", 1, STRING),
  repeated(
    "value",
    2,
    message("EnumValueDescriptorProto", [optional("name", 1, STRING), optional("number", 2, INT32)]),
  ),
]);
const MESSAGE = new MessageType("DescriptorProto");
MESSAGE.define([
  optional("name", 1, STRING),
  repeated("field", 2, FIELD),
  repeated("nested_type", 3, MESSAGE),
  repeated("enum_type", 4, ENUM),
  optional(
    "options",
    7,
    message("MessageOptions", [optional("map_entry", 7, BOOL)]),
  ),
]);
const FILE = message("FileDescriptorProto", [
  optional("name", 1, STRING),
  optional("package", 2, STRING),
  repeated("dependency", 3, STRING),
  repeated("message_type", 4, MESSAGE),
  repeated("enum_type", 5, ENUM),
  optional("options", 8, message("FileOptions", [optional("features", 50, FEATURES)])),
  optional("syntax", 12, STRING),
  optional("edition", 14, INT32),
]);
const FILE_SET = message("FileDescriptorSet", [repeated("file", 1, FILE)]);

/** Reads a descriptor. Throws a `MalformedInput` if it is not valid protobuf. */
export function readDescriptorSet(bytes: Uint8Array): FileDescriptorSet {
  return FILE_SET.readFields(new ProtobufReader(bytes)) as FileDescriptorSet;
}

/** Describes a message type of the package `google.protobuf`. */
export function message(name: string, fields: readonly FieldInit[]): MessageType {
  const type = new MessageType(`google.protobuf.${name}`);
  type.define(fields);
  return type;
}

/** Describes a field with one value, which may be absent. */
export function optional(name: string, number: number, type: ValueType): FieldInit {
  return { name, number, type };
}

/** Describes a field with a list of values. */
export function repeated(name: string, number: number, type: ValueType): FieldInit {
  return { name, number, type, form: "list" };
}
