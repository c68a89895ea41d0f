// WrittenParameter: a parameter that was checked and written as JSON once, for all messages that contain it.

import { fieldsToWrite, STRING } from "./json_fields.ts";
import { type Parameter, type ParameterValues, readParameters } from "./parameters.ts";

/** A parameter that can be sent. */
export interface WrittenParameter {
  readonly name: string;
  /** Whether it has a value. */
  readonly isSet: boolean;
  /** The whole parameter, as JSON. */
  readonly json: string;
}

/**
 * Checks parameters and writes each of them. Their members are read once.
 *
 * @throws {TypeError | RangeError} If one of them cannot be sent.
 */
export function writeParameters(parameters: readonly Parameter[]): WrittenParameter[] {
  return readParameters(fieldsToWrite({ op: "parameterValues", parameters })).map(written);
}

/** The text of a `parameterValues`. */
export function parameterValuesText(parameters: readonly WrittenParameter[], id?: string): string {
  const list = parameters.map(({ json }) => json).join(",");
  return `{"op":"parameterValues","parameters":[${list}]${id === undefined ? "" : `,"id":${JSON.stringify(id)}`}}`;
}

/** The text of a message. */
export function writeParameterValues(message: ParameterValues): string {
  const fields = fieldsToWrite(message);
  return parameterValuesText(readParameters(fields).map(written), fields.optional("id", STRING));
}

/** `parameter` must be a copy that {@linkcode readParameters} has made. */
function written(parameter: Parameter): WrittenParameter {
  return { name: parameter.name, isSet: parameter.value !== undefined, json: JSON.stringify(parameter) };
}
