// Lists of parameters as JSON text: one by one for a server, which sends what it can; whole messages for the codec.

import { fieldsToWrite, STRING } from "./json_fields.ts";
import { type NonFinitePolicy, writeParameter, type WrittenParameter } from "./parameter_json.ts";
import type { Parameter, ParameterValues, SetParameters } from "./parameters.ts";

/** The result of writing a list of parameters. */
export interface WrittenParameters {
  /** The parameters that can be sent. */
  readonly written: WrittenParameter[];
  /** The other parameters, with the reasons. */
  readonly refused: RefusedParameter[];
}

/** A parameter that cannot be sent: the program's mistake. */
export interface RefusedParameter {
  /** Absent if it has none. */
  readonly name: string | undefined;
  readonly error: unknown;
}

/**
 * Checks parameters and writes each of them, so that one that cannot be sent keeps no other from being sent. Their members are read once.
 * NaN and infinities become `null` or are left out.
 *
 * @param wanted Parameters with other names are passed over.
 * @throws {TypeError} If it is not a list.
 */
export function writeParameters(parameters: readonly Parameter[], wanted?: ReadonlySet<string>): WrittenParameters {
  const refused: RefusedParameter[] = [];
  const report = (error: unknown, name?: string) => void refused.push({ name, error });
  const fields = fieldsToWrite({ op: "parameterValues", parameters }, report);
  const written = fields.each("parameters", "name", (parameter) => {
    const isWanted = wanted?.has(parameter.get("name", STRING)) ?? true;
    return isWanted ? writeParameter(parameter, "omit") : undefined;
  });
  return { written: written.filter((parameter) => parameter !== undefined), refused };
}

/** The text of a `parameterValues`. */
export function parameterValuesText(parameters: readonly WrittenParameter[], id?: string): string {
  return messageText("parameterValues", parameters, id);
}

/**
 * The text of a whole message.
 *
 * @throws {TypeError | RangeError} If any part of it cannot be sent. NaN and infinities can, in arrays of numbers.
 */
export function writeParameterValues(message: ParameterValues): string {
  return writeMessage(message, "null");
}

/**
 * The text of a whole message.
 *
 * @throws {TypeError | RangeError} If any part of it cannot be sent, NaN and infinities included.
 */
export function writeSetParameters(message: SetParameters): string {
  return writeMessage(message, "refuse");
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
