// descriptorSet(): the protobuf schema of a message type, with the files that it imports.

import { ProtobufWriter } from "../../codecs/protobuf/writer.ts";
import {
  fullNameOf,
  isMessage,
  type ScalarType,
  type SchemaEnum,
  type SchemaField,
  type SchemaType,
} from "./schema_type.ts";

/** A well-known type of protobuf, which has a file of its own. */
export type TimeType = "Timestamp" | "Duration";

/** A file: its name, and its `FileDescriptorProto`. */
interface File {
  name: string;
  bytes: Uint8Array;
}

// The numbers in google/protobuf/descriptor.proto.
const OPTIONAL = 1;
const REPEATED = 3;
const MESSAGE = 11;
const ENUM = 14;
const SCALARS: Readonly<Partial<Record<ScalarType, number>>> = { double: 1, fixed32: 7, bool: 8, string: 9, bytes: 12 };
const TIMES: Readonly<Partial<Record<ScalarType, TimeType>>> = { timestamp: "Timestamp", duration: "Duration" };
const INT64 = 3;
const INT32 = 5;

/** Returns a serialised `FileDescriptorSet`: each file after those that it imports. */
export function descriptorSet(root: SchemaType | TimeType): Uint8Array<ArrayBuffer> {
  const files = new Map<string, Uint8Array>();
  if (typeof root === "string") addFile(files, timeFile(root));
  else addMessage(files, root);
  return write((set) => {
    for (const file of files.values()) bytes(set, 1, file);
  });
}

function addMessage(files: Map<string, Uint8Array>, type: SchemaType): void {
  const imported = new Map<string, () => void>();
  for (const { type: used } of type.fields) {
    if (isMessage(used)) {
      imported.set(fileOf(used), () => addMessage(files, used));
    } else if (typeof used === "string") {
      const time = TIMES[used];
      if (time) imported.set(fileOfTime(time), () => addFile(files, timeFile(time)));
    }
  }
  const names = [...imported.keys()].sort();
  for (const name of names) {
    if (!files.has(name)) imported.get(name)?.();
  }
  addFile(files, { name: fileOf(type), bytes: messageFile(type, names) });
}

function addFile(files: Map<string, Uint8Array>, { name, bytes }: File): void {
  files.set(name, bytes);
}

function messageFile(type: SchemaType, imported: readonly string[]): Uint8Array {
  return write((file) => {
    text(file, 1, fileOf(type));
    text(file, 2, "foxglove");
    for (const name of imported) text(file, 3, name);
    group(file, 4, () => writeMessage(file, type));
    text(file, 12, "proto3");
  });
}

function writeMessage(writer: ProtobufWriter, { name, fields }: SchemaType): void {
  text(writer, 1, name);
  // Protobuf has no optional lists.
  const optional = fields.filter(({ isOptional, isList }) => isOptional && !isList);
  for (const field of fields) group(writer, 2, () => writeField(writer, field, optional.indexOf(field)));
  for (const { type } of fields) {
    if (typeof type === "object" && !isMessage(type)) group(writer, 4, () => writeEnum(writer, type));
  }
  // The presence of an optional field is a oneof with one member.
  for (const field of optional) group(writer, 8, () => text(writer, 1, `_${field.name}`));
}

function writeField(writer: ProtobufWriter, { name, number, type, isList }: SchemaField, oneofIndex: number): void {
  text(writer, 1, name);
  integer(writer, 3, number);
  integer(writer, 4, isList ? REPEATED : OPTIONAL);
  if (typeof type === "object") {
    integer(writer, 5, isMessage(type) ? MESSAGE : ENUM);
    text(writer, 6, `.${fullNameOf(type)}`);
  } else {
    const time = TIMES[type];
    integer(writer, 5, time ? MESSAGE : SCALARS[type] as number);
    if (time) text(writer, 6, `.google.protobuf.${time}`);
  }
  if (oneofIndex >= 0) integer(writer, 9, oneofIndex);
  text(writer, 10, jsonName(name));
  if (oneofIndex >= 0) integer(writer, 17, 1);
}

function writeEnum(writer: ProtobufWriter, { name, values }: SchemaEnum): void {
  text(writer, 1, name);
  for (const [value, number] of Object.entries(values)) {
    group(writer, 2, () => {
      text(writer, 1, value);
      integer(writer, 2, number);
    });
  }
}

/** The file of a time, as it is distributed with protobuf. */
function timeFile(type: TimeType): File {
  const name = fileOfTime(type);
  const bytes = write((file) => {
    text(file, 1, name);
    text(file, 2, "google.protobuf");
    group(file, 4, () => {
      text(file, 1, type);
      group(file, 2, () => writeTimeField(file, "seconds", 1, INT64));
      group(file, 2, () => writeTimeField(file, "nanos", 2, INT32));
    });
    group(file, 8, () => {
      text(file, 1, "com.google.protobuf");
      text(file, 8, `${type}Proto`);
      integer(file, 10, 1);
      text(file, 11, `google.golang.org/protobuf/types/known/${type.toLowerCase()}pb`);
      integer(file, 31, 1);
      text(file, 36, "GPB");
      text(file, 37, "Google.Protobuf.WellKnownTypes");
    });
    text(file, 12, "proto3");
  });
  return { name, bytes };
}

function writeTimeField(writer: ProtobufWriter, name: string, number: number, type: number): void {
  text(writer, 1, name);
  integer(writer, 3, number);
  integer(writer, 4, OPTIONAL);
  integer(writer, 5, type);
  text(writer, 10, name);
}

function fileOf({ name }: SchemaType): string {
  return `foxglove/${name}.proto`;
}

function fileOfTime(type: TimeType): string {
  return `google/protobuf/${type.toLowerCase()}.proto`;
}

/** The name in protobuf's JSON, such as `frameId` for `frame_id`. */
function jsonName(name: string): string {
  return name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function write(fill: (writer: ProtobufWriter) => void): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  fill(writer);
  return writer.finish().slice();
}

function text(writer: ProtobufWriter, number: number, value: string): void {
  writer.tag(number << 3 | 2);
  writer.string(value);
}

function bytes(writer: ProtobufWriter, number: number, value: Uint8Array): void {
  writer.tag(number << 3 | 2);
  writer.bytes(value);
}

function integer(writer: ProtobufWriter, number: number, value: number): void {
  writer.tag(number << 3);
  writer.int32(value);
}

function group(writer: ProtobufWriter, number: number, fill: () => void): void {
  writer.tag(number << 3 | 2);
  const start = writer.begin();
  fill();
  writer.end(start);
}
