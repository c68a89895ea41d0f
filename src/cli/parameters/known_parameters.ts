// knownParameters(): values of parameters, and which names the server does not know.

import type { FoxgloveClient, Parameter } from "../../client/mod.ts";
import { answerOf } from "../answer_of.ts";
import { Failure } from "../failure.ts";
import { nameAdvice } from "../name_advice.ts";

/** Returns the parameters of these names, or all, sorted by name. Those that are not set are left out. */
export async function knownParameters(
  client: FoxgloveClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Parameter[]> {
  const parameters = await answerOf("the parameters", signal, (signal) => client.getParameters(names, { signal }));
  const known = parameters.filter(({ name, value }) =>
    value !== undefined && (names.length === 0 || names.includes(name))
  );
  return known.toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Returns the failure for names that the server does not know. */
export async function unknownParameters(
  client: FoxgloveClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Failure> {
  const others = (await knownParameters(client, [], signal)).map(({ name }) => name);
  const cure = nameAdvice(names.length === 1 ? names[0]! : "", others, "param list");
  const list = names.map((name) => `"${name}"`).join(", ");
  return new Failure(`the server does not know ${list}; ${cure}`);
}
