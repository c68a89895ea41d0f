// Field and ValueType: a message type as tables, from which messages are written and read.

import type { ProtobufReader } from "./reader.ts";
import type { ProtobufWriter } from "./writer.ts";

/** A type of values: a scalar, an enum, a time or a message. */
export interface ValueType {
  /** Such as `int32` or `my.pkg.Pose`. */
  readonly name: string;
  readonly wireType: number;
  /** The value of an absent field. `undefined` for messages and times: absent fields stay absent. */
  readonly zero: unknown;
  /** Creates the value of an entry of a map whose value is absent. */
  empty(): unknown;
  /** Whether a value is another form of `zero`, such as 0 for 0n. Absent if zero has no other form. */
  isZero?(value: unknown): boolean;
  /** Writes a value, after its tag. Throws an `InvalidValue` if the value has not this type. */
  write(writer: ProtobufWriter, value: unknown): void;
  /** Writes the items of a packed list with their length, if there is a faster way than one by one. */
  writePacked?(writer: ProtobufWriter, values: ArrayLike<unknown>): void;
  /** Reads a value, after its tag. A message is merged into `previous`. */
  read(reader: ProtobufReader, previous?: unknown): unknown;
  /** Reads the items of a packed list with their length, if there is a faster way than one by one. */
  readPacked?(reader: ProtobufReader, list: unknown[]): void;
  /** Converts a value from JSON. `depth`: the number of messages around it. */
  fromJson(value: unknown, depth: number): unknown;
  /** Throws an `InvalidValue` for a member that the type does not have. Only messages have members. */
  check?(value: unknown, depth: number): void;
}

/** A type that can be the type of a payload: a message, or a time. */
export interface PayloadType extends ValueType {
  /** Writes the fields, without a length. */
  writeFields(writer: ProtobufWriter, value: unknown): void;
  /** Reads the fields up to the end of the payload. */
  readFields(reader: ProtobufReader): unknown;
}

/** The form of a field's value. */
export type FieldForm = "single" | "list" | "map";

/** The description of a field, from which `createField()` creates it. */
export interface FieldInit {
  name: string;
  number: number;
  type: ValueType;
  form?: FieldForm;
  /** The type of the keys of a map. */
  key?: ValueType;
  /** Whether a list is packed when it is written. Ignored for types that cannot be packed. */
  isPacked?: boolean;
  isRequired?: boolean;
  /** Whether zero is not written. */
  omitsZero?: boolean;
  /** The value if the field is absent. Absent: the member is absent too. */
  default?: unknown;
  /** The number of the oneof that contains the field. */
  oneof?: number;
}

/** A field of a message type. */
export interface Field extends Readonly<Required<Omit<FieldInit, "key">>> {
  /** The type of the keys of a map. `undefined` for other fields. */
  readonly key: ValueType | undefined;
  /** The position of the value in a message that is being read. */
  readonly index: number;
  /** The position at which a message that is being read has the index of the set member of the oneof. -1: no oneof. */
  readonly oneofIndex: number;
  /** The tag of one value. */
  readonly tag: number;
  /** The tag of a packed list. -1 if the type cannot be packed. */
  readonly packedTag: number;
  /** The tag of the key in an entry of a map. */
  readonly keyTag: number;
  /** The tag of the value in an entry of a map. */
  readonly valueTag: number;
  /** Whether all objects have a member of this name, such as `constructor`. Only own members count then. */
  readonly isInherited: boolean;
}

/** Returns the member of an object for a field, or `undefined`. */
export function getMember(target: object, field: Pick<Field, "name" | "isInherited">): unknown {
  if (field.isInherited && !Object.hasOwn(target, field.name)) return undefined;
  return (target as Record<string, unknown>)[field.name];
}

/** Sets an own member. Unlike an assignment, it also works for `__proto__`. */
export function setMember(target: object, name: string, value: unknown): void {
  if (name !== "__proto__") (target as Record<string, unknown>)[name] = value;
  else Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
