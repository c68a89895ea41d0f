// Parameters: one large setParameters.

import { HostileClient, textFrame } from "../hostile_client.ts";
import { check, outOf, type StallCase } from "../stall_case.ts";

/** The default of `maxTextBytes`. */
const TEXT_BYTES = 4 * 1024 * 1024;
const LIMIT_MS = 12_000;

/** `[[],[],…]` in one parameter, to a server with and without the capability, once and by a client that connects again. */
export const SET_PARAMETERS: readonly StallCase[] = [
  setParametersCase("set-refused", false, 1),
  setParametersCase("set-allowed", true, 1),
  setParametersCase("set-refused-again", false, 3),
  setParametersCase("set-allowed-again", true, 3),
];

function setParametersCase(name: string, isAllowed: boolean, connections: number): StallCase {
  const server = isAllowed ? "a server that allows it" : "a server without the capability";
  const again = connections > 1 ? `, by ${connections} connections one after another` : "";
  return {
    name,
    title: `a \`setParameters\` of 4 MiB, \`[[],[],…]\`, to ${server}${again}`,
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
      const frame = textFrame(emptyArrays(TEXT_BYTES));
      return Promise.resolve(async () => {
        let [values, statuses, closed] = [0, 0, 0];
        for (let count = 0; count < connections; count++) {
          using client = await HostileClient.connect(port);
          void client.read();
          await client.send(frame);
          const answers = () => client.count("parameterValues") + client.count("status");
          await client.until(() => answers() > 0, LIMIT_MS);
          check(answers() > 0 || !client.isOpen, "no answer came");
          await client.untilAnswered(LIMIT_MS);
          values += client.count("parameterValues");
          statuses += client.count("status");
          closed += Number(!client.isOpen);
        }
        return [
          { name: "answers with values", value: values, unit: "messages" },
          { name: "statuses", value: statuses, unit: "messages" },
          { name: "connections closed by the server", value: closed, unit: outOf(connections) },
        ];
      });
    },
  };
}

/** A `setParameters` of exactly so many bytes. */
function emptyArrays(bytes: number): string {
  const before = '{"op":"setParameters","id":"1","parameters":[{"name":"/bench","value":[[]';
  const after = "]}]}";
  const room = bytes - before.length - after.length;
  const arrays = ",[]".repeat(Math.floor(room / 3));
  return before + arrays + after.padStart(after.length + room - arrays.length);
}
