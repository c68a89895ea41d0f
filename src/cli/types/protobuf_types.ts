// protobufTypes(): the types of a protobuf message, as protobuf() reads it.

import { type FileDescriptorSet, readDescriptorSet } from "../../codecs/protobuf/descriptor.ts";
import { EnumType } from "../../codecs/protobuf/enum_type.ts";
import type { Field, ValueType } from "../../codecs/protobuf/field.ts";
import { linkType } from "../../codecs/protobuf/link.ts";
import { MessageType } from "../../codecs/protobuf/message_type.ts";
import { TIMES } from "../../codecs/protobuf/times.ts";
import { TypeIndex } from "../../codecs/protobuf/type_index.ts";
import { joined } from "./comments.ts";
import { typeName } from "./names.ts";
import { type ProtobufComments, readComments } from "./protobuf_comments.ts";
import type { NameOf, TypeInit } from "./type_init.ts";
import { type Member, textNode, type TypeNode } from "./type_node.ts";

/** A protobuf schema of a channel. */
export interface ProtobufTypesInit {
  /** A serialised `FileDescriptorSet`. */
  readonly descriptor: Uint8Array;
  /** The full name of the message. */
  readonly name: string;
}

/** A message or an enum, which gets a type of its own. */
type NamedType = MessageType | EnumType;

/**
 * Returns the type of a message, and the types of all messages and enums that it contains.
 *
 * @throws {Error} If `protobuf()` cannot use the descriptor.
 */
export function protobufTypes({ descriptor, name }: ProtobufTypesInit): [TypeInit, ...TypeInit[]] {
  const files = readDescriptorSet(descriptor);
  const root = linkType(files, name);
  const reader = new ProtobufTypeReader(files, readComments(descriptor));
  if (root instanceof MessageType) return reader.typesOf(root);
  // The payload itself is a Timestamp or a Duration.
  const short = typeName([name.slice(name.lastIndexOf(".") + 1)]);
  return [{
    key: `time ${name}`,
    short,
    full: typeName(name.split(".")),
    doc: timeDoc(root),
    declare: () => ({ kind: "type", type: textNode("bigint") }),
  }];
}

class ProtobufTypeReader {
  readonly #index: TypeIndex;
  readonly #comments: ProtobufComments;
  readonly #keys = new Map<NamedType, string>();

  constructor(files: FileDescriptorSet, comments: ProtobufComments) {
    this.#index = new TypeIndex(files);
    this.#comments = comments;
  }

  typesOf(root: MessageType): [TypeInit, ...TypeInit[]] {
    const all = [...closureOf(root)];
    for (const type of all) this.#keys.set(type, this.#keyOf(type));
    const [first, ...others] = all.map((type) => this.#init(type));
    return [first!, ...others];
  }

  #init(type: NamedType): TypeInit {
    const parts = type.name.split(".");
    return {
      key: this.#keys.get(type)!,
      short: typeName(parts.slice(this.#packageLength(parts))),
      full: typeName(parts),
      doc: this.#comments.get(type.name) ?? [],
      declare: (nameOf) => {
        if (type instanceof EnumType) return { kind: "enum", numbers: type.numbers };
        const members = type.members.map((field) => this.#member(type, field, nameOf));
        const doc = type.groups.map((group) =>
          `The group \`${group}\` is skipped: protobuf() does not support groups.`
        );
        return { kind: "type", type: { kind: "object", members }, doc };
      },
    };
  }

  /** The number of parts of a full name that are not messages. */
  #packageLength(parts: readonly string[]): number {
    let length = parts.length - 1;
    while (length > 0 && this.#index.get(parts.slice(0, length).join("."))) length -= 1;
    return length;
  }

  #member(message: MessageType, field: Field, nameOf: NameOf): Member {
    const { name, form, type, key, isRequired, oneof } = field;
    const value = this.#value(type, nameOf);
    const others = oneof < 0 ? [] : message.members.filter((each) => each.oneof === oneof && each !== field);
    const notes = [
      ...timeDoc(type),
      ...(form === "map" && key !== undefined && key.zero !== "" ? [`The keys are ${key.name} as text.`] : []),
      ...(others.length > 0 ? [`Absent if ${joined(others.map((each) => `\`${each.name}\``), "or")} is present.`] : []),
    ];
    const doc = [...(this.#comments.get(`${message.name}.${name}`) ?? []), notes.join(" ")];
    return {
      name,
      type: form === "list"
        ? { kind: "array", item: value }
        : form === "map"
        ? { kind: "object", members: [], index: value }
        : value,
      isOptional: form === "single" && !isRequired && field.default === undefined,
      doc: doc.filter((text) => text !== ""),
    };
  }

  #value(type: ValueType, nameOf: NameOf): TypeNode {
    if (isNamed(type)) return textNode(nameOf(this.#keys.get(type)!));
    if (isTime(type)) return textNode("bigint");
    return textNode(type.zero instanceof Uint8Array ? "Uint8Array" : typeof type.zero);
  }

  /** Equal types of several descriptors have the same key, and become one type. */
  #keyOf(type: NamedType): string {
    const described = Array.from(closureOf(type), (each) => {
      if (each instanceof EnumType) return [each.name, ...each.numbers];
      const fields = each.members.map((field) => [
        field.name,
        field.number,
        field.form,
        field.type.name,
        field.key?.name,
        field.isRequired,
        String(field.default),
        field.oneof,
        this.#comments.get(`${each.name}.${field.name}`),
      ]);
      return [each.name, this.#comments.get(each.name), each.groups, fields];
    });
    return `protobuf ${JSON.stringify(described)}`;
  }
}

/** The type itself and all messages and enums inside it. */
function closureOf(start: NamedType): Set<NamedType> {
  const closure = new Set([start]);
  for (const type of closure) {
    if (type instanceof EnumType) continue;
    for (const field of type.members) {
      if (isNamed(field.type)) closure.add(field.type);
    }
  }
  return closure;
}

function isNamed(type: ValueType): type is NamedType {
  return type instanceof MessageType || type instanceof EnumType;
}

function isTime(type: ValueType): boolean {
  return TIMES.get(type.name) === type;
}

function timeDoc(type: ValueType): string[] {
  if (!isTime(type)) return [];
  return [type.name.endsWith("Duration") ? "Nanoseconds." : "Nanoseconds since the Unix epoch."];
}
