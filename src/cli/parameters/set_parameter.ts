// setParameter(): sets a parameter, and reports what the server has made of it.

import { type FoxgloveClient, type Parameter, RequestError } from "../../client/mod.ts";
import { answerOf } from "../answer_of.ts";
import { Failure } from "../failure.ts";
import { toJson } from "../output.ts";
import { knownParameters } from "./known_parameters.ts";
import { readValue, valueText } from "./parameter_texts.ts";

/** The result of {@linkcode setParameter}. */
export interface SetResult {
  /** The parameter that the server has now. */
  readonly now: Parameter;
  /** The parameter that the user asked for. */
  readonly wanted: Parameter;
  /** Whether both are the same. */
  readonly isAsWanted: boolean;
}

/**
 * Sets a parameter to a value that a user has written.
 *
 * @throws {Failure} If the server rejects the value.
 */
export async function setParameter(
  client: FoxgloveClient,
  name: string,
  text: string,
  signal: AbortSignal,
): Promise<SetResult> {
  const [before] = await knownParameters(client, [name], signal);
  const wanted = readValue(name, text, before);
  const now = (await answerTo(client, wanted, signal)).find((each) => each.name === name);
  const isAsWanted = toJson(now?.value) === toJson(wanted.value);
  if (isAsWanted) return { now: now ?? wanted, wanted, isAsWanted };
  if (!now || now.value === undefined && !before) throw new Failure(`the server does not know "${name}"`);
  if (toJson(now.value) === toJson(before?.value)) {
    throw new Failure(`the server has rejected ${valueText(wanted)}; "${name}" is still ${valueText(now)}`);
  }
  return { now, wanted, isAsWanted };
}

async function answerTo(client: FoxgloveClient, wanted: Parameter, signal: AbortSignal): Promise<readonly Parameter[]> {
  try {
    return await answerOf("an answer", signal, (signal) => client.setParameters([wanted], { signal }));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new Failure(`the server has rejected ${valueText(wanted)}: ${error.detail}`, { cause: error });
  }
}
