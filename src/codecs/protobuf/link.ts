// linkType(): creates the tables of a message type, and of all types that it uses, from a descriptor.

import { parseDefault } from "./default_value.ts";
import type { FieldDescriptor, FileDescriptorSet, MessageDescriptor } from "./descriptor.ts";
import { EnumType } from "./enum_type.ts";
import type { FieldInit, PayloadType, ValueType } from "./field.ts";
import { MessageType } from "./message_type.ts";
import { SCALARS } from "./scalars.ts";
import { TIMES } from "./times.ts";
import { AS_GROUP, type Features, IMPLICIT, PACKED, REQUIRED, type TypeEntry, TypeIndex } from "./type_index.ts";
import { MAX_FIELD_NUMBER } from "./wire.ts";

type MessageEntry = TypeEntry & { kind: "message" };

/** Numbers of FieldDescriptorProto.Type. */
const INT32_TYPE = 5;
const GROUP_TYPE = 10;
const INT64_TYPE = 3;
const MESSAGE_TYPE = 11;
const ENUM_TYPE = 14;
/** Numbers of FieldDescriptorProto.Label. */
const REQUIRED_LABEL = 2;
const REPEATED_LABEL = 3;

/** Longer texts of the descriptor are cut in error texts. */
const MAX_SHOWN = 100;
/** Error texts list at most so many types. */
const MAX_NAMES = 10;

/** Creates the type with the full name `name`. Throws an `Error` with the reason if the descriptor is not usable. */
export function linkType(files: FileDescriptorSet, name: string): PayloadType {
  return new Linker(new TypeIndex(files)).link(name);
}

class Linker {
  readonly #index: TypeIndex;
  readonly #messages = new Map<string, MessageType>();
  readonly #enums = new Map<string, EnumType>();
  /** Types whose fields are still missing. Not recursive, because a chain of types may be long. */
  readonly #pending: [MessageType, MessageEntry][] = [];

  constructor(index: TypeIndex) {
    this.#index = index;
  }

  link(name: string): PayloadType {
    const entry = this.#index.get(name);
    if (entry?.kind !== "message") throw new Error(noSuchType(name, this.#index.messageNames));
    const root = this.#message(entry);
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) this.#define(...next);
    return root;
  }

  #message(entry: MessageEntry): PayloadType {
    const time = TIMES.get(entry.name);
    if (time && isTime(entry.descriptor)) return time;
    let type = this.#messages.get(entry.name);
    if (type === undefined) {
      type = new MessageType(entry.name);
      this.#messages.set(entry.name, type);
      this.#pending.push([type, entry]);
    }
    return type;
  }

  #define(type: MessageType, { name, descriptor, features }: MessageEntry): void {
    const isSupported = (each: FieldDescriptor) => !isGroup(each, { ...features, ...each.options?.features });
    const supported = descriptor.field.filter(isSupported);
    const groups = descriptor.field.filter((each) => !isSupported(each)).map((each) => each.name ?? "");
    const fields = supported.map((each) =>
      this.#field(`${name}.${each.name ?? ""}`, name, each, { ...features, ...each.options?.features })
    );
    checkUnique(name, fields);
    type.define(fields, groups);
  }

  #field(path: string, scope: string, descriptor: FieldDescriptor, features: Features): FieldInit {
    const { name = "", number = 0, label, default_value, oneof_index, options } = descriptor;
    if (name === "") throw new Error(`a field of "${scope}" has no name`);
    if (number < 1 || number > MAX_FIELD_NUMBER) throw new Error(`"${path}" has the field number ${number}`);
    const entry = this.#entryOf(path, scope, descriptor);
    const isRepeated = label === REPEATED_LABEL;
    if (isRepeated && entry?.kind === "message" && entry.descriptor.options?.map_entry) {
      return { name, number, form: "map", ...this.#mapTypes(path, entry) };
    }
    const type = this.#type(path, descriptor, entry);
    if (isRepeated) {
      const isPacked = options?.packed ?? features.repeated_field_encoding === PACKED;
      return { name, number, type, form: "list", isPacked };
    }
    const isRequired = label === REQUIRED_LABEL || features.field_presence === REQUIRED;
    const isOneof = oneof_index !== undefined || descriptor.proto3_optional === true;
    const omitsZero = features.field_presence === IMPLICIT && !isOneof && !isRequired && type.zero !== undefined;
    // The oneof of an optional field has no other members.
    const oneof = oneof_index === undefined || descriptor.proto3_optional ? {} : { oneof: oneof_index };
    const init = { name, number, type, isRequired, omitsZero, ...oneof };
    if (omitsZero) return { ...init, default: type.zero };
    if (default_value === undefined || isOneof || type.zero === undefined) return init;
    const value = parseDefault(type, default_value);
    if (value === undefined) {
      throw new Error(`"${path}" has the invalid default value "${default_value.slice(0, MAX_SHOWN)}"`);
    }
    return { ...init, default: value };
  }

  /** The message or enum that a field refers to, or `undefined` for a scalar. */
  #entryOf(path: string, scope: string, { type_name: name = "", type = 0 }: FieldDescriptor): TypeEntry | undefined {
    // Without a type, the name tells whether it is a message or an enum.
    if (name === "" && type !== MESSAGE_TYPE && type !== ENUM_TYPE) return undefined;
    const entry = this.#index.resolve(name, scope);
    if (!entry) {
      throw new Error(
        `"${path}" has the type "${
          name.slice(0, MAX_SHOWN)
        }", which is missing; include all imports (protoc --include_imports)`,
      );
    }
    if (type !== 0 && type !== (entry.kind === "enum" ? ENUM_TYPE : MESSAGE_TYPE)) {
      throw new Error(`"${path}" has the type number ${type}, but "${entry.name}" is of the kind ${entry.kind}`);
    }
    return entry;
  }

  #type(path: string, { type = 0 }: FieldDescriptor, entry: TypeEntry | undefined): ValueType {
    if (entry?.kind === "message") return this.#message(entry);
    if (entry?.kind === "enum") return this.#enum(entry);
    const scalar = SCALARS.get(type);
    if (!scalar) throw new Error(`"${path}" has the unknown type number ${type}`);
    return scalar;
  }

  #enum({ name, descriptor }: TypeEntry & { kind: "enum" }): EnumType {
    let type = this.#enums.get(name);
    if (type === undefined) {
      const numbers = new Map(descriptor.value.map((value) => [value.name ?? "", value.number ?? 0]));
      // The first value is the default. It is 0 in proto3.
      type = new EnumType(name, numbers, descriptor.value[0]?.number ?? 0);
      this.#enums.set(name, type);
    }
    return type;
  }

  #mapTypes(path: string, { name, descriptor, features }: MessageEntry): { key: ValueType; type: ValueType } {
    const [key, value] = [1, 2].map((number) => descriptor.field.find((field) => field.number === number));
    if (!key || !value) throw new Error(`"${path}" is a map, but its entries have no key or no value`);
    const { key: _key, type: keyType } = this.#field(`${path}.key`, name, key, features);
    const { form, type } = this.#field(`${path}.value`, name, value, features);
    const isKey = keyType.name !== "bytes" && keyType.name !== "float" && keyType.name !== "double" &&
      SCALARS.get(key.type ?? 0) === keyType;
    if (!isKey || form !== undefined) throw new Error(`"${path}" is a map with an invalid key or value`);
    return { key: keyType, type };
  }
}

function isGroup({ type }: FieldDescriptor, { message_encoding }: Features): boolean {
  return type === GROUP_TYPE || (type === MESSAGE_TYPE && message_encoding === AS_GROUP);
}

/** Whether a message has the fields of a time. A message of another package may have the same name by mistake. */
function isTime({ field }: MessageDescriptor): boolean {
  const has = (name: string, number: number, type: number) =>
    field.some((each) => each.name === name && each.number === number && each.type === type);
  return field.length === 2 && has("seconds", 1, INT64_TYPE) && has("nanos", 2, INT32_TYPE);
}

function checkUnique(type: string, fields: readonly FieldInit[]): void {
  const numbers = new Set(fields.map(({ number }) => number));
  const names = new Set(fields.map(({ name }) => name));
  if (numbers.size < fields.length || names.size < fields.length) {
    throw new Error(`two fields of "${type}" have the same number or name`);
  }
}

function noSuchType(name: string, names: readonly string[]): string {
  if (names.length === 0) return "the descriptor has no messages";
  // A name without its package is the most frequent mistake.
  const sorted = names.toSorted((one, other) => Number(other.endsWith(`.${name}`)) - Number(one.endsWith(`.${name}`)));
  const listed = sorted.slice(0, MAX_NAMES).map((each) => `"${each}"`).join(", ");
  return `the descriptor has no message "${name}", but ${listed}${names.length > MAX_NAMES ? ", …" : ""}`;
}
