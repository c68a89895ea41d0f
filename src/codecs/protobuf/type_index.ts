// TypeIndex: all messages and enums of a descriptor, by their full names.

import type { EnumDescriptor, FeatureSet, FileDescriptor, FileDescriptorSet, MessageDescriptor } from "./descriptor.ts";

/** The features of a file. Those of messages do not concern the codec. */
export type Features = Readonly<Required<FeatureSet>>;

/** A message or an enum of the descriptor. */
export type TypeEntry =
  | { kind: "message"; name: string; descriptor: MessageDescriptor; features: Features }
  | { kind: "enum"; name: string; descriptor: EnumDescriptor };

// The numbers of FeatureSet.FieldPresence, RepeatedFieldEncoding and MessageEncoding.
const EXPLICIT = 1;
/** Zero is not written, and absent fields are zero. */
export const IMPLICIT = 2;
/** The field must be set. */
export const REQUIRED = 3;
/** Lists of numbers are packed. */
export const PACKED = 1;
const EXPANDED = 2;
const WITH_LENGTH = 1;
/** Messages are written as groups. */
export const AS_GROUP = 2;

/** The maximum length of a full name. */
const MAX_NAME_LENGTH = 512;
/** How many messages and packages around a field are searched for a name without a leading dot. */
const MAX_LEVELS = 64;

/** Editions that a file names by its syntax instead. */
const EDITION_PROTO3 = 999;

/** Finds messages and enums by name. If a name occurs twice, as in a file that is included twice, the first counts. */
export class TypeIndex {
  readonly #entries = new Map<string, TypeEntry>();

  constructor({ file: files }: FileDescriptorSet) {
    for (const file of files) {
      const scope = file.package ? `${file.package}.` : "";
      const features = { ...featuresOf(file), ...file.options?.features };
      for (const descriptor of file.message_type) this.#addMessage(scope, descriptor, features);
      for (const descriptor of file.enum_type) this.#addEnum(scope, descriptor);
    }
  }

  /** The full names of all messages, without the entries of maps. */
  get messageNames(): string[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.kind === "message" && !entry.descriptor.options?.map_entry)
      .map(({ name }) => name);
  }

  /** Returns the type with a full name, without a leading dot. */
  get(name: string): TypeEntry | undefined {
    return this.#entries.get(name);
  }

  /** Returns the type that `name` means inside the message `scope`: the innermost one, or any with a leading dot. */
  resolve(name: string, scope: string): TypeEntry | undefined {
    if (name.startsWith(".")) return this.#entries.get(name.slice(1));
    for (let prefix = scope, level = 0;; level++) {
      const entry = this.#entries.get(prefix === "" ? name : `${prefix}.${name}`);
      if (entry || prefix === "") return entry;
      prefix = level < MAX_LEVELS ? prefix.slice(0, Math.max(0, prefix.lastIndexOf("."))) : "";
    }
  }

  #addMessage(scope: string, descriptor: MessageDescriptor, features: Features): void {
    const name = fullName(scope, descriptor.name);
    if (!this.#entries.has(name)) this.#entries.set(name, { kind: "message", name, descriptor, features });
    // As deep as the reader permits.
    for (const nested of descriptor.nested_type) this.#addMessage(`${name}.`, nested, features);
    for (const nested of descriptor.enum_type) this.#addEnum(`${name}.`, nested);
  }

  #addEnum(scope: string, descriptor: EnumDescriptor): void {
    const name = fullName(scope, descriptor.name);
    if (!this.#entries.has(name)) this.#entries.set(name, { kind: "enum", name, descriptor });
  }
}

/** Throws an `Error` for a name that is too long: all types inside a message would repeat it. */
function fullName(scope: string, name = ""): string {
  if (scope.length + name.length <= MAX_NAME_LENGTH) return scope + name;
  throw new Error(`the name of a type has more than ${MAX_NAME_LENGTH} characters`);
}

function featuresOf({ syntax = "proto2", edition }: FileDescriptor): Features {
  const isProto3 = syntax === "proto3" || edition === EDITION_PROTO3;
  return {
    field_presence: isProto3 ? IMPLICIT : EXPLICIT,
    repeated_field_encoding: isProto3 || syntax === "editions" ? PACKED : EXPANDED,
    message_encoding: WITH_LENGTH,
  };
}
