// MessageType: a message type as a table, from which its messages are written, read and checked.

import { readFields } from "./decode.ts";
import { writeFields } from "./encode.ts";
import type { Field, FieldInit, PayloadType } from "./field.ts";
import { FieldTable } from "./field_table.ts";
import { messageFromJson } from "./json.ts";
import type { ProtobufReader } from "./reader.ts";
import { checkMembers } from "./unknown_members.ts";
import { LENGTH_DELIMITED } from "./wire.ts";
import type { ProtobufWriter } from "./writer.ts";

/** A message type. Its values are objects. */
export class MessageType implements PayloadType {
  /** The full name. */
  readonly name: string;
  readonly wireType: number = LENGTH_DELIMITED;
  readonly zero: unknown = undefined;
  #table = new FieldTable([]);
  #groups: readonly string[] = [];

  /** Creates a type without fields, because types may contain themselves. */
  constructor(name: string) {
    this.name = name;
  }

  /** The fields, in the order of the members of messages. */
  get members(): readonly Field[] {
    return this.#table.members;
  }

  /** The names of fields that are not supported. */
  get groups(): readonly string[] {
    return this.#groups;
  }

  /** Sets the fields, in the order of the members of messages. `groups`: the names of fields that are not supported. */
  define(fields: readonly FieldInit[], groups: readonly string[] = []): void {
    this.#table = new FieldTable(fields);
    this.#groups = groups;
  }

  empty(): object {
    return this.#table.create([]);
  }

  write(writer: ProtobufWriter, value: unknown): void {
    const start = writer.begin();
    writeFields(writer, this.#table.fields, value);
    writer.end(start);
  }

  writeFields(writer: ProtobufWriter, value: unknown): void {
    writeFields(writer, this.#table.fields, value);
  }

  read(reader: ProtobufReader, previous?: unknown): object {
    const end = reader.enter();
    const message = readFields(reader, this.#table, previous as object | undefined);
    reader.leave(end);
    return message;
  }

  readFields(reader: ProtobufReader): object {
    return readFields(reader, this.#table);
  }

  fromJson(value: unknown, depth: number): object {
    return messageFromJson(this.#table, value, depth);
  }

  check(value: unknown, depth: number): void {
    checkMembers({ name: this.name, table: this.#table, groups: this.#groups }, value, depth);
  }
}
