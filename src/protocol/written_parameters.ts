// Lists of parameters as JSON text: one by one for a server, which sends the valid ones; as whole messages for the
// codec.

import { fieldsToWrite, STRING } from "./json_fields.ts";
import { type NonFinitePolicy, writeParameter, type WrittenParameter } from "./parameter_json.ts";
import type { Parameter, ParameterValues, SetParameters } from "./parameters.ts";

/** The result of writing a list of parameters. */
export interface WrittenParameters {
  /** The parameters that can be sent. */
  readonly written: WrittenParameter[];
  /** The parameters that cannot be sent, with the reasons. */
  readonly refused: RefusedParameter[];
}

/** A parameter that cannot be sent, because of an error in the program. */
export interface RefusedParameter {
  /** The name of the parameter; `undefined` if it is not a string. */
  readonly name: string | undefined;
  /** The reason. */
  readonly error: unknown;
}

/**
 * Checks and writes each parameter separately, so that the others can be sent if one cannot. Reads their members once.
 * NaN and infinities become `null` or are left out.
 *
 * @param names The names of the parameters to write; others are skipped. Absent means all parameters.
 * @throws {TypeError} If `parameters` is not an array.
 */
export function writeParameters(parameters: readonly Parameter[], names?: ReadonlySet<string>): WrittenParameters {
  const refused: RefusedParameter[] = [];
  const report = (error: unknown, name?: string) => void refused.push({ name, error });
  const fields = fieldsToWrite({ op: "parameterValues", parameters }, report);
  const written = fields.readObjects("parameters", "name", (parameter) => {
    const isIncluded = names?.has(parameter.get("name", STRING)) ?? true;
    return isIncluded ? writeParameter(parameter, "omit") : undefined;
  });
  return { written: written.filter((parameter) => parameter !== undefined), refused };
}

/** Returns the text of a `parameterValues` message. */
export function parameterValuesText(parameters: readonly WrittenParameter[], id?: string): string {
  return messageText("parameterValues", parameters, id);
}

/**
 * Returns the text of a whole `parameterValues` message.
 *
 * @throws {TypeError | RangeError} If any part of it cannot be sent. NaN and infinities can be sent only in arrays of
 * numbers.
 */
export function writeParameterValues(message: ParameterValues): string {
  return writeMessage(message, "null");
}

/**
 * Returns the text of a whole `setParameters` message.
 *
 * @throws {TypeError | RangeError} If any part of it cannot be sent. NaN and infinities cannot be sent.
 */
export function writeSetParameters(message: SetParameters): string {
  return writeMessage(message, "reject");
}

function writeMessage(message: ParameterValues | SetParameters, policy: NonFinitePolicy): string {
  const fields = fieldsToWrite(message);
  const parameters = fields.objects("parameters").map((parameter) => writeParameter(parameter, policy));
  return messageText(message.op, parameters, fields.optional("id", STRING));
}

function messageText(op: string, parameters: readonly WrittenParameter[], id: string | undefined): string {
  const list = parameters.map(({ json }) => json).join(",");
  return `{"op":"${op}","parameters":[${list}]${id === undefined ? "" : `,"id":${JSON.stringify(id)}`}}`;
}
