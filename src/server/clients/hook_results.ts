// Hook results: checks what request hooks return, before any of it is sent.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../../protocol/bytes.ts";
import type { WrittenParameter } from "../../protocol/parameter_json.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { PlaybackState } from "../../protocol/playback.ts";
import { writeFaultOf } from "../../protocol/write_error.ts";
import { writeParameters } from "../../protocol/written_parameters.ts";
import type { ServiceResponse } from "../listener.ts";

/** The hooks that return parameters. */
export type ParametersHook = "onGetParameters" | "onSetParameters";

/** A hook returned a wrong value. The text is for the log only: clients must not learn how the program works. */
export class InvalidResult extends TypeError {}

/** The maximum number of log lines about one list of parameters. */
const MAX_WRONG = 10;

const UTF8 = new TextEncoder();

const SERVICE_RESPONSE = `text, ${BYTES_RULE}, or an object with "encoding" and "payload"`;

/** Returns the payload and the encoding of a response. The hook may choose an encoding other than `encoding`. */
export function checkServiceResponse(
  result: ServiceResponse | undefined,
  encoding: string,
): { encoding: string; payload: Uint8Array } {
  if (typeof result === "string") return { encoding, payload: UTF8.encode(result) };
  const bytes = bytesOf(result);
  if (bytes) return { encoding, payload: bytes };
  const must = `onServiceRequest must return ${SERVICE_RESPONSE}`;
  if (typeof result !== "object" || result === null) throw new InvalidResult(`${must}, but returned ${kindOf(result)}`);
  const { encoding: own, payload: given } = result as Exclude<typeof result, ByteSource>;
  if (typeof own !== "string") throw new InvalidResult(`${must}, but its "encoding" is ${kindOf(own)}`);
  const payload = bytesOf(given);
  if (!payload) throw new InvalidResult(`${must}, but its "payload" is ${kindOf(given)}`);
  return { encoding: own, payload };
}

/** Returns the bytes of an asset. */
export function checkAsset(result: ByteSource | undefined): Uint8Array {
  const bytes = bytesOf(result);
  if (bytes) return bytes;
  throw new InvalidResult(`onFetchAsset must return ${BYTES_RULE}, but returned ${kindOf(result)}`);
}

/** The parameters that a hook returned. */
export interface ParametersResult {
  /** The parameters that can be sent. */
  written: readonly WrittenParameter[];
  /** The errors of the first ten of the others. */
  wrong: readonly InvalidResult[];
}

/** Encodes the parameters that a hook returned and that can be sent. `wanted`: see {@linkcode writeParameters}. */
export function checkParameters(
  hook: ParametersHook,
  result: readonly Parameter[] | undefined,
  wanted?: ReadonlySet<string>,
): ParametersResult {
  if (!Array.isArray(result)) {
    throw new InvalidResult(`${hook} must return an array of parameters, but returned ${kindOf(result)}`);
  }
  const { written, refused } = writeParameters(result, wanted);
  return { written, wrong: refused.slice(0, MAX_WRONG).map(({ error }) => wrongParameter(hook, result, error)) };
}

function wrongParameter(hook: ParametersHook, parameters: readonly unknown[], error: unknown): InvalidResult {
  try {
    return new InvalidResult(faultOf(hook, parameters, error));
  } catch {
    return new InvalidResult(`${hook} returned a value that cannot be read`);
  }
}

/** Describes the error in one of the parameters. */
function faultOf(hook: ParametersHook, parameters: readonly unknown[], error: unknown): string {
  const { index, member, rule } = ruleOf(error);
  const must = `${hook} must return an array of parameters`;
  if (member === "") return `${must}, but entry ${index} is ${kindOf(parameters[index])}`;
  const parameter = parameters[index] as Parameter;
  const given = kindOf(parameter[member as keyof Parameter]);
  if (member === "name") return `${must}, but the name of entry ${index} is ${given}`;
  const name = JSON.stringify(parameter.name);
  return `${hook} must return parameters whose ${member} is ${rule}, but that of ${name} is ${given}`;
}

/** Passes a playback state to `send`, which encodes it. */
export function sendPlaybackResult(result: PlaybackState, send: (state: PlaybackState) => void): void {
  const must = "onPlaybackControl must return a playback state";
  if (typeof result !== "object" || result === null) {
    throw new InvalidResult(`${must} or nothing, but returned ${kindOf(result)}`);
  }
  try {
    send(result);
  } catch (error) {
    const { member, rule } = ruleOf(error);
    throw new InvalidResult(
      `${must} whose ${member} is ${rule}, but it is ${kindOf(result[member as keyof PlaybackState])}`,
    );
  }
}

/** Returns the violated rule of an error of the codec, and the index of the parameter. Rethrows all other errors. */
function ruleOf(error: unknown): { index: number; member: string; rule: string } {
  const fault = writeFaultOf(error);
  const found = fault && /^(?:parameters\[(\d+)\]\.?)?(\w*)$/.exec(fault.path);
  if (!found) throw error;
  const [, index, member = ""] = found;
  return { index: Number(index), member, rule: fault.rule };
}
