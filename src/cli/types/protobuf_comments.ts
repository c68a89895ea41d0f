// readComments(): the comments of .proto files, if a descriptor contains them.

import { STRING } from "../../codecs/protobuf/common_scalars.ts";
import { message, optional, repeated } from "../../codecs/protobuf/descriptor.ts";
import type { ValueType } from "../../codecs/protobuf/field.ts";
import { MessageType } from "../../codecs/protobuf/message_type.ts";
import { ProtobufReader } from "../../codecs/protobuf/reader.ts";
import { SCALARS } from "../../codecs/protobuf/scalars.ts";

/** The paragraphs of the comments by the full names of messages, enums and fields. */
export type ProtobufComments = ReadonlyMap<string, readonly string[]>;

interface Named {
  readonly name?: string;
}

interface Message extends Named {
  readonly field: readonly Named[];
  readonly nested_type: readonly Message[];
  readonly enum_type: readonly Named[];
}

interface Location {
  readonly path: readonly number[];
  readonly leading_comments?: string;
  readonly trailing_comments?: string;
}

interface File {
  readonly package?: string;
  readonly message_type: readonly Message[];
  readonly enum_type: readonly Named[];
  readonly source_code_info?: { readonly location: readonly Location[] };
}

// The field numbers of google/protobuf/descriptor.proto, which are the parts of the path of a location too.
const FILE_MESSAGE = 4;
const FILE_ENUM = 5;
const MESSAGE_FIELD = 2;
const MESSAGE_NESTED = 3;
const MESSAGE_ENUM = 4;

const INT32 = SCALARS.get(5) as ValueType;

const NAMED = message("Named", [optional("name", 1, STRING)]);
const MESSAGE = new MessageType("DescriptorProto");
MESSAGE.define([
  optional("name", 1, STRING),
  repeated("field", MESSAGE_FIELD, NAMED),
  repeated("nested_type", MESSAGE_NESTED, MESSAGE),
  repeated("enum_type", MESSAGE_ENUM, NAMED),
]);
const LOCATION = message("Location", [
  repeated("path", 1, INT32),
  optional("leading_comments", 3, STRING),
  optional("trailing_comments", 4, STRING),
]);
const FILES = message("FileDescriptorSet", [
  repeated(
    "file",
    1,
    message("FileDescriptorProto", [
      optional("package", 2, STRING),
      repeated("message_type", FILE_MESSAGE, MESSAGE),
      repeated("enum_type", FILE_ENUM, NAMED),
      optional("source_code_info", 9, message("SourceCodeInfo", [repeated("location", 1, LOCATION)])),
    ]),
  ),
]);

/** Returns the comments of a `FileDescriptorSet`. `protoc` writes them only with `--include_source_info`. */
export function readComments(descriptor: Uint8Array): ProtobufComments {
  const { file: files } = FILES.readFields(new ProtobufReader(descriptor)) as { file: readonly File[] };
  const comments = new Map<string, string[]>();
  for (const file of files) {
    for (
      const { path, leading_comments: leading, trailing_comments: trailing } of file.source_code_info?.location ?? []
    ) {
      const name = leading || trailing ? nameAt(file, path) : undefined;
      if (name === undefined) continue;
      comments.set(name, [leading, trailing].flatMap((text) => text ? paragraphsOf(text) : []));
    }
  }
  return comments;
}

/** Returns the full name of the message, enum or field at a path, or `undefined` for anything else. */
function nameAt(file: File, path: readonly number[]): string | undefined {
  const names = file.package ? [file.package] : [];
  let scope: Message | undefined;
  for (let position = 0; position < path.length; position += 2) {
    const [kind = 0, index = -1] = path.slice(position, position + 2);
    let next: Named | undefined;
    if (position === 0) next = kind === FILE_MESSAGE ? file.message_type[index] : enumAt(file, kind, FILE_ENUM, index);
    else if (kind === MESSAGE_FIELD) next = scope?.field[index];
    else next = kind === MESSAGE_NESTED ? scope?.nested_type[index] : enumAt(scope, kind, MESSAGE_ENUM, index);
    if (next?.name === undefined) return undefined;
    names.push(next.name);
    scope = "nested_type" in next ? next as Message : undefined;
  }
  return path.length === 0 ? undefined : names.join(".");
}

function enumAt(
  scope: { readonly enum_type: readonly Named[] } | undefined,
  kind: number,
  wanted: number,
  index: number,
): Named | undefined {
  return kind === wanted ? scope?.enum_type[index] : undefined;
}

function paragraphsOf(comment: string): string[] {
  return comment.split(/\n\s*\n/).map((each) => each.split("\n").map((line) => line.trim()).join(" ").trim());
}
