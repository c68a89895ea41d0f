// Hook results: checks what request hooks return, before any of it is sent.

import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "../protocol/bytes.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { ServiceResponse } from "./listener.ts";

/** The hooks that return parameters. */
export type ParametersHook = "onGetParameters" | "onSetParameters";

/** A hook returned a wrong value. The text is for the log only: clients must not learn how the program works. */
export class WrongResult extends TypeError {}

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
  if (typeof result !== "object" || result === null) throw new WrongResult(`${must}, but returned ${kindOf(result)}`);
  const { encoding: own, payload: given } = result as Exclude<typeof result, ByteSource>;
  if (typeof own !== "string") throw new WrongResult(`${must}, but its "encoding" is ${kindOf(own)}`);
  const payload = bytesOf(given);
  if (!payload) throw new WrongResult(`${must}, but its "payload" is ${kindOf(given)}`);
  return { encoding: own, payload };
}

/** Returns the bytes of an asset. */
export function checkAsset(result: ByteSource | undefined): Uint8Array {
  const bytes = bytesOf(result);
  if (bytes) return bytes;
  throw new WrongResult(`onFetchAsset must return ${BYTES_RULE}, but returned ${kindOf(result)}`);
}

/** Returns a list of parameters, whose entries are not checked. */
export function checkParameterList(
  hook: ParametersHook,
  result: readonly Parameter[] | undefined,
): readonly Parameter[] {
  if (Array.isArray(result)) return result;
  throw new WrongResult(`${hook} must return an array of parameters, but returned ${kindOf(result)}`);
}

/** Passes a playback state to `send`, which encodes it. */
export function sendPlaybackResult(result: PlaybackState, send: (state: PlaybackState) => void): void {
  const must = "onPlaybackControl must return a playback state";
  if (typeof result !== "object" || result === null) {
    throw new WrongResult(`${must} or nothing, but returned ${kindOf(result)}`);
  }
  try {
    send(result);
  } catch (error) {
    const { member, rule } = ruleOf(error);
    throw new WrongResult(
      `${must} whose ${member} is ${rule}, but it is ${kindOf(result[member as keyof PlaybackState])}`,
    );
  }
}

/** Extracts the violated rule from an error of the codec. Rethrows all other errors. */
function ruleOf(error: unknown): { member: string; rule: string } {
  const { message } = error as Error;
  const [, member, rule] = /^Cannot write "\w+": (\w+) must be (.*)$/.exec(message) ?? [];
  if (member === undefined || rule === undefined) throw error;
  return { member, rule };
}
