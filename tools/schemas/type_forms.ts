// TypeForms: how the types of fields appear in generated code.

import { constantOf, type Enum, ENUMS, type Field, isMessage } from "./schema_data.ts";

/** The parts of generated code that depend on the type of a field. */
export interface TypeForms {
  /** The TypeScript type of values that were read. */
  out: string;
  /** The TypeScript type of values to be written. */
  in: string;
  /** How one value is stored: the lowest bits of its tag. */
  wireType: number;
  /** The type in the table of fields. */
  table: string;
  /** The value of an absent field. */
  zero: string;
  /** The end of the names of the functions for the type, such as `Double` of `writeDouble()`. */
  suffix: string;
  /** The method of `ProtobufReader`. */
  reader: string;
}

/** The types that are neither messages nor enums, by their names in the data. */
export const SCALARS: Readonly<Record<string, TypeForms>> = {
  float64: scalar("number", 1, "double", "0", "Double"),
  uint32: scalar("number", 5, "fixed32", "0", "Fixed32"),
  boolean: scalar("boolean", 0, "bool", "false", "Bool"),
  string: scalar("string", 2, "string", '""', "String"),
  bytes: { ...scalar("Uint8Array", 2, "bytes", "new Uint8Array(0)", "Bytes"), in: "ByteSource" },
  Timestamp: { ...scalar("bigint", 2, "timestamp", "0n", "Timestamp"), in: "bigint | Date", reader: "time" },
  Duration: { ...scalar("bigint", 2, "duration", "0n", "Duration"), reader: "time" },
};

/** Returns the forms of the type of a field, or of its items. */
export function formsOf({ kind, type }: Field): TypeForms {
  if (kind === "enum") {
    const constant = constantOf((ENUMS.get(type) as Enum).name);
    return { out: type, in: type, wireType: 0, table: constant, zero: "0", suffix: "Enum", reader: "int32" };
  }
  const table = constantOf(type);
  return SCALARS[type] ??
    { out: type, in: `${type}Init`, wireType: 2, table, zero: "undefined", suffix: "", reader: "" };
}

/** Returns the TypeScript type of a member that was read. */
export function outType(field: Field): string {
  const { out } = formsOf(field);
  return field.array ? `${out}[]` : out;
}

/** Returns the TypeScript type of a member to be written. */
export function inType(field: Field): string {
  const { in: type } = formsOf(field);
  if (!field.array) return type;
  return isMessage(field) ? `readonly ${type}[]` : "NumberArray";
}

function scalar(type: string, wireType: number, name: string, zero: string, suffix: string): TypeForms {
  return { out: type, in: type, wireType, table: `"${name}"`, zero, suffix, reader: name };
}
