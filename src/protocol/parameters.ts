// Parameters: named values that clients read, set and watch.

import { fieldsToWrite, type JsonFields, STRING } from "./json_fields.ts";
import { type ParameterType, type ParameterValue, readParameterType, readParameterValue } from "./parameter_values.ts";
import { ProtocolError } from "./protocol_error.ts";

export type { ParameterType, ParameterValue } from "./parameter_values.ts";

/** A named value. */
export interface Parameter {
  /** Such as `/arm.max_speed`. */
  name: string;
  /**
   * Absent: the parameter is not set; in `setParameters`: remove it. A `byte_array` is padded standard base64. Foxglove's SDK sends a
   * float that is NaN as not set.
   */
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

/** Reads a `parameterValues`. */
export function readParameterValues(fields: JsonFields<keyof ParameterValues>): ParameterValues {
  return withId<ParameterValues>(fields, () => ({
    op: "parameterValues",
    parameters: fields.each("parameters", "name", (parameter) => readParameter(parameter, true)),
  }));
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

/** Reads a `setParameters`. One parameter that cannot be read spoils it. */
export function readSetParameters(fields: JsonFields<keyof SetParameters>): SetParameters {
  return withId<SetParameters>(fields, () => ({
    op: "setParameters",
    parameters: fields.objects("parameters").map((parameter) => readParameter(parameter, false)),
  }));
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

/** `isFact`: see {@linkcode readParameterValue}. */
function readParameter(fields: JsonFields<keyof Parameter>, isFact: boolean): Parameter {
  const parameter: Parameter = { name: fields.get("name", STRING) };
  const type = readParameterType(fields);
  if (type !== undefined) parameter.type = type;
  const value = readParameterValue(fields, type, isFact);
  if (value !== undefined) parameter.value = value;
  return parameter;
}
