// param: lists, reads, sets and watches the parameters of a server.

import type { FoxgloveClient, Parameter } from "../../client/mod.ts";
import { requireCapability } from "../capability.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { usageError } from "../failure.ts";
import { tableLines } from "../format/table.ts";
import { knownParameters, unknownParameters } from "../parameters/known_parameters.ts";
import { jsonOf, typeText, valueText } from "../parameters/parameter_texts.ts";
import { setParameter } from "../parameters/set_parameter.ts";
import { watchParameters } from "../parameters/watch_parameters.ts";

/** The parts of an invocation that the actions use. */
type Context = Pick<Invocation, "isJson" | "output" | "signal">;

/** An action: how many names and values it has, and what it does. */
interface Action {
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  readonly capability: "parameters" | "parametersSubscribe";
  run(client: FoxgloveClient, args: readonly string[], context: Context): Promise<void>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  list: { usage: "param list", min: 0, max: 0, capability: "parameters", run: list },
  get: { usage: "param get NAME…", min: 1, max: Infinity, capability: "parameters", run: get },
  set: { usage: "param set NAME VALUE", min: 2, max: 2, capability: "parameters", run: set },
  watch: { usage: "param watch [NAME…]", min: 0, max: Infinity, capability: "parametersSubscribe", run: watch },
};

/** Lists, reads, sets and watches parameters. */
export const param: Command = defineCommand({
  name: "param",
  summary: "list, get, set or watch parameters",
  about:
    "Values are JSON; text needs no quotes, and null removes a parameter. A server may change or reject a value: " +
    "the exit code is 1 if it rejects it.",
  operands: { usage: "list|get|set|watch [NAME…] [VALUE]", min: 1, max: Infinity },
  options: {},
  examples: [
    ["param list", "lists all parameters with their values"],
    ["param get /robot/speed", "prints a value"],
    ["param set /robot/mode manual", "sets a parameter to a text"],
    ["param set /gains '[0.5, 0.1]'", "sets it to an array"],
    ["param watch /robot/speed", "prints each new value until Ctrl-C"],
  ],
  isEndless: ({ operands }) => operands[0] === "watch",
  async run({ operands: [name = "", ...args], isJson, output, signal, connect }) {
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) throw usageError(`unknown action "${name}": use list, get, set or watch`);
    const { usage, min, max, capability, run } = action;
    if (args.length < min || args.length > max) throw usageError(`wrong number of arguments: use "${usage}"`);
    const client = await connect();
    requireCapability(client, capability);
    await run(client, args, { isJson, output, signal });
  },
});

async function list(client: FoxgloveClient, _args: readonly string[], context: Context): Promise<void> {
  const parameters = await knownParameters(client, [], context.signal);
  if (parameters.length === 0 && !context.isJson) return context.output.note("The server has no parameters");
  print(parameters, context);
}

async function get(client: FoxgloveClient, names: readonly string[], context: Context): Promise<void> {
  const parameters = await knownParameters(client, names, context.signal);
  const [first] = parameters;
  if (names.length === 1 && first && !context.isJson) context.output.line(valueText(first));
  else if (first) print(parameters, context);
  const unknown = names.filter((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown.length > 0) throw await unknownParameters(client, unknown, context.signal);
}

async function set(
  client: FoxgloveClient,
  args: readonly string[],
  { isJson, output, signal }: Context,
): Promise<void> {
  const [name = "", text = ""] = args;
  const { now, wanted, isAsWanted } = await setParameter(client, name, text, signal);
  if (isJson) output.json(jsonOf(now));
  else output.line(`${name} is ${valueText(now)}`);
  if (!isAsWanted) output.note(`The server has changed ${valueText(wanted)} to ${valueText(now)}`);
}

async function watch(client: FoxgloveClient, names: readonly string[], context: Context): Promise<void> {
  const { isJson, output, signal } = context;
  await watchParameters(client, {
    names,
    signal,
    onValue: (parameter) =>
      isJson
        ? output.json(jsonOf(parameter))
        : output.line(`${output.style("cyan", parameter.name)}  ${valueText(parameter)}`),
    onUnknown: (unknown) => output.note(`Waiting for ${unknown.join(", ")}, which the server does not know yet`),
  });
}

/** Prints a table, whose lines fit the terminal, or an object for each parameter. */
function print(parameters: readonly Parameter[], { isJson, output }: Context): void {
  if (isJson) return parameters.forEach((parameter) => output.json(jsonOf(parameter)));
  const lines = tableLines({
    header: ["NAME", "TYPE", "VALUE"],
    rows: parameters.map((parameter) => [parameter.name, typeText(parameter), valueText(parameter)]),
    styleHeader: (line) => output.style("bold", line),
  });
  output.refresh(lines);
}
