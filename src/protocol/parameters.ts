// Parameters: named values that clients read, set and watch.

import { fieldsToWrite, isObject, type JsonFields, type Kind, STRING } from "./json_fields.ts";
import { ProtocolError } from "./protocol_error.ts";
import { isBase64 } from "./schema.ts";

/** What a parameter can hold: a JSON value without `null`. */
export type ParameterValue =
  | number
  | boolean
  | string
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/** Says of a value what JSON cannot: bytes as base64 text, or floats even when they print as integers. */
export type ParameterType = "byte_array" | "float64" | "float64_array";

/** A named value. */
export interface Parameter {
  /** Such as `/arm.max_speed`. */
  name: string;
  /** Absent: the parameter is not set; in `setParameters`: remove it. A `byte_array` is padded standard base64. */
  value?: ParameterValue;
  /** Absent: what the value looks like says it all. */
  type?: ParameterType;
}

/**
 * Server: values, as an answer (with the request's `id`) or because they changed (without).
 *
 * Spec: "Parameter Values" (JSON).
 */
export interface ParameterValues {
  /** The same on the wire. */
  op: "parameterValues";
  /** Only some of all that there are. */
  parameters: readonly Parameter[];
  /** Of the request that this answers. */
  id?: string;
}

/**
 * Client: tell me these values.
 *
 * Spec: "Get Parameters" (JSON).
 */
export interface GetParameters {
  /** The same on the wire. */
  op: "getParameters";
  /** Empty: all. */
  parameterNames: readonly string[];
  /** Repeated in the answer. */
  id?: string;
}

/**
 * Client: set these values.
 *
 * Spec: "Set Parameters" (JSON).
 */
export interface SetParameters {
  /** The same on the wire. */
  op: "setParameters";
  /** Others stay as they are. */
  parameters: readonly Parameter[];
  /** Present: answer with the values now in force. */
  id?: string;
}

/**
 * Client: tell me when these change.
 *
 * Spec: "Subscribe Parameter Updates" (JSON).
 */
export interface SubscribeParameterUpdates {
  /** The same on the wire. */
  op: "subscribeParameterUpdates";
  /** Empty: all that are known now. */
  parameterNames: readonly string[];
}

/**
 * Client: stop telling me.
 *
 * Spec: "Unsubscribe Parameter Updates" (JSON).
 */
export interface UnsubscribeParameterUpdates {
  /** The same on the wire. */
  op: "unsubscribeParameterUpdates";
  /** Empty: all of this client's. */
  parameterNames: readonly string[];
}

/** Arrays and objects nested deeper than this are refused, before they can overflow the stack. */
const MAX_DEPTH = 100;

/** What a value of each type must be. */
const TYPED_VALUES: Readonly<Record<ParameterType, Kind<ParameterValue>>> = {
  byte_array: { is: (value): value is string => STRING.is(value) && isBase64(value), rule: "base64" },
  float64: { is: (value) => typeof value === "number", rule: "a number" },
  float64_array: {
    is: (value): value is number[] => Array.isArray(value) && value.every((item) => typeof item === "number"),
    rule: "an array of numbers",
  },
};

/** Reads a `parameterValues`. */
export function readParameterValues(fields: JsonFields<keyof ParameterValues>): ParameterValues {
  return withId<ParameterValues>(fields, () => ({ op: "parameterValues", parameters: readParameters(fields) }));
}

/** Reads parameters: copies that share nothing with the message. */
export function readParameters(fields: JsonFields<"parameters">): Parameter[] {
  return fields.each("parameters", "name", readParameter);
}

/** Reads a `getParameters`. */
export function readGetParameters(fields: JsonFields<keyof GetParameters>): GetParameters {
  return withId<GetParameters>(fields, () => ({
    op: "getParameters",
    parameterNames: fields.list("parameterNames", STRING),
  }));
}

/** What goes into the JSON. */
export function writeGetParameters(message: GetParameters): GetParameters {
  return readGetParameters(fieldsToWrite(message));
}

/** Reads a `setParameters`. */
export function readSetParameters(fields: JsonFields<keyof SetParameters>): SetParameters {
  return withId<SetParameters>(fields, () => ({ op: "setParameters", parameters: readParameters(fields) }));
}

/** Reads only the names in a `setParameters`: the values may cost far more. */
export function readSetParametersNames(fields: JsonFields<keyof SetParameters>): string[] {
  return namingRequest(
    fields,
    () => fields.objects("parameters").map((parameter) => parameter.get("name", STRING)),
  );
}

/** Reads the id of a request, which may have none. */
export function readRequestId(fields: JsonFields<"id">): string | undefined {
  return fields.optional("id", STRING);
}

/** What goes into the JSON. */
export function writeSetParameters(message: SetParameters): SetParameters {
  return readSetParameters(fieldsToWrite(message));
}

/** Reads a `subscribeParameterUpdates`. */
export function readSubscribeParameterUpdates(
  fields: JsonFields<keyof SubscribeParameterUpdates>,
): SubscribeParameterUpdates {
  return { op: "subscribeParameterUpdates", parameterNames: fields.list("parameterNames", STRING) };
}

/** What goes into the JSON. */
export function writeSubscribeParameterUpdates(message: SubscribeParameterUpdates): SubscribeParameterUpdates {
  return readSubscribeParameterUpdates(fieldsToWrite(message));
}

/** Reads an `unsubscribeParameterUpdates`. */
export function readUnsubscribeParameterUpdates(
  fields: JsonFields<keyof UnsubscribeParameterUpdates>,
): UnsubscribeParameterUpdates {
  return { op: "unsubscribeParameterUpdates", parameterNames: fields.list("parameterNames", STRING) };
}

/** What goes into the JSON. */
export function writeUnsubscribeParameterUpdates(message: UnsubscribeParameterUpdates): UnsubscribeParameterUpdates {
  return readUnsubscribeParameterUpdates(fieldsToWrite(message));
}

/** Adds the id, which may be absent. */
function withId<Message extends { id?: string }>(fields: JsonFields<"id">, read: () => Message): Message {
  const message = namingRequest(fields, read);
  const id = fields.unlessUnusable(() => readRequestId(fields));
  if (id !== undefined) message.id = id;
  return message;
}

/** Has an error name the request that it is about: its sender waits for an answer. */
function namingRequest<T>(fields: JsonFields<"id">, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const id = fields.raw("id");
    if (!(error instanceof ProtocolError) || typeof id !== "string") throw error;
    throw new ProtocolError(error.code, error.message, { cause: error, op: fields.op, requestId: id });
  }
}

function readParameter(fields: JsonFields<keyof Parameter>): Parameter {
  const parameter: Parameter = { name: fields.get("name", STRING) };
  const type = readType(fields);
  if (type !== undefined) parameter.type = type;
  const value = fields.raw("value");
  if (value === undefined) return parameter;
  parameter.value = readValue(value, fields, 0);
  if (type !== undefined && !TYPED_VALUES[type].is(parameter.value)) {
    throw fields.error("value", `${TYPED_VALUES[type].rule}, as its type is "${type}"`);
  }
  return parameter;
}

/** A type that a later version may know is passed over, as a member that it may know is. */
function readType(fields: JsonFields<"type">): ParameterType | undefined {
  const type = fields.optional("type", STRING);
  if (type === undefined || Object.hasOwn(TYPED_VALUES, type)) return type as ParameterType | undefined;
  if (fields.strict) throw fields.error("type", 'absent or one of "byte_array", "float64", "float64_array"');
  return undefined;
}

/** A copy. A peer's objects lose their `null` members, which count as absent; elsewhere `null` is refused. */
function readValue(value: unknown, fields: JsonFields<"value">, depth: number): ParameterValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (depth === MAX_DEPTH) throw fields.error("value", `nested no deeper than ${MAX_DEPTH}`, RangeError);
  // Loops, because a message may hold 200,000 values: map() and Object.entries() take three times as long.
  if (Array.isArray(value)) {
    const items: ParameterValue[] = [];
    for (let index = 0; index < value.length; index++) items.push(readValue(value[index], fields, depth + 1));
    return items;
  }
  if (isObject(value)) {
    const members: Record<string, ParameterValue> = {};
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member !== null || fields.strict) addMember(members, name, readValue(member, fields, depth + 1));
    }
    return members;
  }
  throw fields.error("value", "made of finite numbers, booleans, strings, arrays and plain objects");
}

function addMember(members: Record<string, ParameterValue>, name: string, value: ParameterValue): void {
  if (name === "__proto__") {
    // An assignment would set the prototype.
    Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    members[name] = value;
  }
}
