// Parameters: one large setParameters.

import { HostileClient, textFrame } from "../hostile_client.ts";
import { check, outOf, type StallScenario } from "../stall_scenario.ts";

/** The default of `maxTextBytes`. */
const TEXT_BYTES = 4 * 1024 * 1024;
const LIMIT_MS = 12_000;

/** Almost as many values as the default of `maxJsonValues` allows. */
const VALUES = 199_000;

/**
 * `[[],[],…]` in one parameter, to a server with and without the capability, once and by a client that connects again.
 * The last scenario is the largest message that the default limits allow: it has fewer arrays, and text in addition.
 */
export const SET_PARAMETERS: readonly StallScenario[] = [
  setParametersScenario("set-refused", false, 1),
  setParametersScenario("set-allowed", true, 1),
  setParametersScenario("set-refused-again", false, 3),
  setParametersScenario("set-allowed-again", true, 3),
  setParametersScenario("set-within-limits", true, 1, VALUES),
];

function setParametersScenario(
  name: string,
  isAllowed: boolean,
  connections: number,
  values = Infinity,
): StallScenario {
  const server = isAllowed ? "a server that allows it" : "a server without the capability";
  const what = Number.isFinite(values)
    ? `\`[[],[],…]\` with ${values.toLocaleString("en")} arrays, and text`
    : "`[[],[],…]`";
  const again = connections > 1 ? `, by ${connections} connections one after another` : "";
  return {
    name,
    title: `a \`setParameters\` of 4 MiB, ${what}, to ${server}${again}`,
    program: () =>
      isAllowed
        ? {
          options: {
            capabilities: ["parameters"],
            listener: { onSetParameters: (_server, parameters) => parameters },
          },
        }
        : {},
    prepare({ port }) {
      const frame = textFrame(emptyArrays(TEXT_BYTES, values));
      return Promise.resolve(async () => {
        let [answersWithValues, statuses, closed] = [0, 0, 0];
        for (let count = 0; count < connections; count++) {
          using client = await HostileClient.connect(port);
          void client.read();
          await client.send(frame);
          const answers = () => client.count("parameterValues") + client.count("status");
          await client.until(() => answers() > 0, LIMIT_MS);
          check(answers() > 0 || !client.isOpen, "there was no answer");
          await client.untilAnswered(LIMIT_MS);
          answersWithValues += client.count("parameterValues");
          statuses += client.count("status");
          closed += Number(!client.isOpen);
        }
        return [
          { name: "answers with values", value: answersWithValues, unit: "messages" },
          { name: "statuses", value: statuses, unit: "messages" },
          { name: "connections closed by the server", value: closed, unit: outOf(connections) },
        ];
      });
    },
  };
}

/** A `setParameters` of exactly `bytes` bytes, with at most `count` arrays. */
function emptyArrays(bytes: number, count: number): string {
  const before = '{"op":"setParameters","id":"1","parameters":[{"name":"/text","value":"';
  const between = '"},{"name":"/bench","value":[[]';
  const after = "]}]}";
  const room = bytes - before.length - between.length - after.length;
  const arrays = ",[]".repeat(Math.min(Math.floor(room / 3), count));
  return before + "x".repeat(room - arrays.length) + between + arrays + after;
}
