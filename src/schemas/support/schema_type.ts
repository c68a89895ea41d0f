// SchemaType: a message type as data, from which schemas are derived and mistakes are located.

/** The types of fields that are neither messages nor enums. */
export type ScalarType = "double" | "fixed32" | "bool" | "string" | "bytes" | "timestamp" | "duration";

/** An enum, which is nested in a message type. */
export interface SchemaEnum {
  /** The name in TypeScript and in JSON Schemas, such as `LogLevel`. */
  readonly title: string;
  /** The name of the message type that contains it. */
  readonly parent: string;
  /** The name inside its parent. */
  readonly name: string;
  /** The number of each name. */
  readonly values: Readonly<Record<string, number>>;
}

/** A field of a message type. */
export interface SchemaField {
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | SchemaEnum | SchemaType;
  /** Whether the field is a list. */
  readonly isList?: boolean;
  /** Whether the member may be absent. */
  readonly isOptional?: boolean;
  /** The number of items of a list that has always as many. */
  readonly length?: number;
  /** The value of an absent member, if it is not zero. */
  readonly default?: number;
}

/** A message type of the package `foxglove`. */
export interface SchemaType {
  /** The name without the package, such as `PoseInFrame`. */
  readonly name: string;
  /** The fields in the order of members. */
  readonly fields: readonly SchemaField[];
}

/** Whether the type of a field is a message, except a time. */
export function isMessage(type: SchemaField["type"]): type is SchemaType {
  return typeof type === "object" && "fields" in type;
}

/** The name of the type in protobuf, without a leading dot. */
export function fullNameOf(type: SchemaType | SchemaEnum): string {
  return isMessage(type) ? `foxglove.${type.name}` : `foxglove.${type.parent}.${type.name}`;
}
