// The data of Foxglove's messages, from tools/schemas.json.

/** A message. */
export interface Message {
  name: string;
  description: string;
  fields: Field[];
}

/** A field of a message. */
export interface Field {
  name: string;
  /** Times are messages here. */
  kind: "primitive" | "enum" | "message";
  /** `float64`, `uint32`, `boolean`, `string`, `bytes`, or the name of a message or an enum. */
  type: string;
  /** Whether the field is a list. */
  array: boolean;
  number: number;
  description: string;
  /** Whether the member may be absent. */
  optional?: boolean;
  /** The number of items of a list that always has as many. */
  fixedLength?: number;
  /** The value of an absent number, if it is not 0. */
  default?: number;
}

/** An enum. */
export interface Enum {
  /** The name in TypeScript and in JSON Schemas, such as `LogLevel`. */
  name: string;
  /** The message that contains it. */
  parent: string;
  /** The name inside its parent. */
  protobufName: string;
  description: string;
  values: { name: string; value: number; description?: string }[];
}

/** The data of all messages. */
interface Data {
  messages: Message[];
  enums: Enum[];
}

const data: Data = JSON.parse(await Deno.readTextFile(new URL("../schemas.json", import.meta.url)));

/** The messages by name. */
export const MESSAGES: ReadonlyMap<string, Message> = new Map(data.messages.map((message) => [message.name, message]));

/** The enums by name. */
export const ENUMS: ReadonlyMap<string, Enum> = new Map(data.enums.map((each) => [each.name, each]));

/** Returns the enums that are nested in a message. */
export function enumsOf(message: string): Enum[] {
  return data.enums.filter(({ parent }) => parent === message);
}

/** Whether an absent field gets the log time of the message. */
export function isLogTime({ name, type, optional }: Field): boolean {
  return name === "timestamp" && type === "Timestamp" && !optional;
}

/** Whether a message contains a field that gets the log time. */
export function usesTime(name: string): boolean {
  const { fields } = MESSAGES.get(name) as Message;
  return fields.some((field) => isLogTime(field) || (isMessage(field) && usesTime(field.type)));
}

/** Whether the values of a field are bigints of nanoseconds. */
export function isTime({ type }: Pick<Field, "type">): boolean {
  return type === "Timestamp" || type === "Duration";
}

/** Whether the values of a field are messages, except times. */
export function isMessage(field: Field): boolean {
  return field.kind === "message" && !isTime(field);
}

/** Whether the zero of a type is created only if the field is absent. */
export function isAllocated(field: Field): boolean {
  return isMessage(field) || isTime(field) || field.type === "bytes";
}

/** The name of the table of a message or an enum, such as `POSE_IN_FRAME`. */
export function constantOf(name: string): string {
  return snakeCase(name).toUpperCase();
}

/** The name of the file of a message, such as `pose_in_frame.ts`. */
export function fileOf(name: string): string {
  return `${snakeCase(name)}.ts`;
}

/** Such as `pose_in_frame`. */
function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}
