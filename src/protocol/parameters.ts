// Parameters: named values that clients can read, set and subscribe to.

import { fieldsToWrite, type JsonFields, setIfPresent, STRING } from "./json_fields.ts";
import { type ParameterType, type ParameterValue, readParameterType, readParameterValue } from "./parameter_values.ts";
import { ProtocolError } from "./protocol_error.ts";

export type { ParameterType, ParameterValue } from "./parameter_values.ts";

/** A parameter: a named value. */
export interface Parameter {
  /** The name, such as `/arm.max_speed`. */
  name: string;
  /**
   * Absent if the parameter is not set. In `setParameters`, an absent value removes the parameter. A `byte_array` is
   * padded standard base64. Foxglove's SDK sends a float that is NaN as not set.
   */
  value?: ParameterValue;
  /** Absent if the value itself shows its type. */
  type?: ParameterType;
}

/**
 * From the server: values of parameters. With an `id`, they answer a request. Without one, they have changed.
 *
 * Spec: "Parameter Values" (JSON).
 */
export interface ParameterValues {
  /** The same `op` as in the JSON. */
  op: "parameterValues";
  /** The values. Usually not all parameters of the server. */
  parameters: readonly Parameter[];
  /** The id of the request that this message answers. */
  id?: string;
}

/**
 * From the client: requests values of parameters.
 *
 * Spec: "Get Parameters" (JSON).
 */
export interface GetParameters {
  /** The same `op` as in the JSON. */
  op: "getParameters";
  /** The names of the parameters. Empty means all parameters. */
  parameterNames: readonly string[];
  /** The response repeats it. */
  id?: string;
}

/**
 * From the client: sets or removes parameters.
 *
 * Spec: "Set Parameters" (JSON).
 */
export interface SetParameters {
  /** The same `op` as in the JSON. */
  op: "setParameters";
  /** The parameters to set. Other parameters do not change. */
  parameters: readonly Parameter[];
  /** If present, the server answers with the values that are now in force. */
  id?: string;
}

/**
 * From the client: requests updates when parameters change.
 *
 * Spec: "Subscribe Parameter Updates" (JSON).
 */
export interface SubscribeParameterUpdates {
  /** The same `op` as in the JSON. */
  op: "subscribeParameterUpdates";
  /** The names of the parameters. Empty means all parameters that the server has now. */
  parameterNames: readonly string[];
}

/**
 * From the client: stops the updates of parameters.
 *
 * Spec: "Unsubscribe Parameter Updates" (JSON).
 */
export interface UnsubscribeParameterUpdates {
  /** The same `op` as in the JSON. */
  op: "unsubscribeParameterUpdates";
  /** The names of the parameters. Empty means all parameters to which this client subscribed. */
  parameterNames: readonly string[];
}

/** Reads a `parameterValues`. */
export function readParameterValues(fields: JsonFields<keyof ParameterValues>): ParameterValues {
  return readWithId<ParameterValues>(fields, () => ({
    op: "parameterValues",
    parameters: fields.readObjects("parameters", "name", (parameter) => readParameter(parameter, true)),
  }));
}

/** Reads a `getParameters`. */
export function readGetParameters(fields: JsonFields<keyof GetParameters>): GetParameters {
  return readWithId<GetParameters>(fields, () => ({
    op: "getParameters",
    parameterNames: fields.list("parameterNames", STRING),
  }));
}

/** Checks a `getParameters` and returns the object to send as JSON. */
export function writeGetParameters(message: GetParameters): GetParameters {
  return readGetParameters(fieldsToWrite(message));
}

/** Reads a `setParameters`. Throws if any parameter is invalid. */
export function readSetParameters(fields: JsonFields<keyof SetParameters>): SetParameters {
  return readWithId<SetParameters>(fields, () => ({
    op: "setParameters",
    parameters: fields.objects("parameters").map((parameter) => readParameter(parameter, false)),
  }));
}

/** Reads only the names in a `setParameters`, because reading the values may cost far more. */
export function readSetParametersNames(fields: JsonFields<keyof SetParameters>): string[] {
  return withRequestIdInErrors(
    fields,
    () => fields.objects("parameters").map((parameter) => parameter.get("name", STRING)),
  );
}

/** Reads the id of a request, which may be absent. */
export function readRequestId(fields: JsonFields<"id">): string | undefined {
  return fields.optional("id", STRING);
}

/** Reads a `subscribeParameterUpdates`. */
export function readSubscribeParameterUpdates(
  fields: JsonFields<keyof SubscribeParameterUpdates>,
): SubscribeParameterUpdates {
  return { op: "subscribeParameterUpdates", parameterNames: fields.list("parameterNames", STRING) };
}

/** Checks a `subscribeParameterUpdates` and returns the object to send as JSON. */
export function writeSubscribeParameterUpdates(message: SubscribeParameterUpdates): SubscribeParameterUpdates {
  return readSubscribeParameterUpdates(fieldsToWrite(message));
}

/** Reads an `unsubscribeParameterUpdates`. */
export function readUnsubscribeParameterUpdates(
  fields: JsonFields<keyof UnsubscribeParameterUpdates>,
): UnsubscribeParameterUpdates {
  return { op: "unsubscribeParameterUpdates", parameterNames: fields.list("parameterNames", STRING) };
}

/** Checks an `unsubscribeParameterUpdates` and returns the object to send as JSON. */
export function writeUnsubscribeParameterUpdates(message: UnsubscribeParameterUpdates): UnsubscribeParameterUpdates {
  return readUnsubscribeParameterUpdates(fieldsToWrite(message));
}

/** Reads a message and adds its id, which may be absent. */
function readWithId<Message extends { id?: string }>(fields: JsonFields<"id">, read: () => Message): Message {
  const message = withRequestIdInErrors(fields, read);
  setIfPresent(message, "id", fields.readOrReport(() => readRequestId(fields)));
  return message;
}

/** Adds the id of the request to an error, because the client waits for an answer. */
function withRequestIdInErrors<T>(fields: JsonFields<"id">, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const id = fields.raw("id");
    if (!(error instanceof ProtocolError) || typeof id !== "string") throw error;
    throw new ProtocolError(error.code, error.message, { cause: error, op: fields.op, requestId: id });
  }
}

/** For `fromServer`, see {@linkcode readParameterValue}. */
function readParameter(fields: JsonFields<keyof Parameter>, fromServer: boolean): Parameter {
  const parameter: Parameter = { name: fields.get("name", STRING) };
  const type = readParameterType(fields);
  setIfPresent(parameter, "type", type);
  setIfPresent(parameter, "value", readParameterValue(fields, type, fromServer));
  return parameter;
}
