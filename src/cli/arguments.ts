// readArguments(): the options and operands of a command.

import { parseArgs } from "@std/cli/parse-args";
import { didYouMean } from "../near_name.ts";
import type { Command, OptionInits } from "./command.ts";
import { type Failure, usageError } from "./failure.ts";
import { looksLikeAddress } from "./server_url.ts";

/** The options of all commands with a server. */
export const SERVER_OPTIONS: OptionInits = {
  url: {
    type: "text",
    short: "u",
    value: "ADDRESS",
    help: "the server: host:port, a URL or an app link (default: ws://localhost:8765)",
  },
  token: { type: "text", help: "the token for the server; the variable FOXGLOVE_WS_TOKEN hides it from ps" },
  timeout: { type: "number", value: "SECONDS", help: "how long to wait for the server (default: 5)" },
};

/** The option for output that programs read. */
export const JSON_OPTION: OptionInits = {
  json: { type: "flag", help: "print one JSON object per line" },
};

/** The option of all commands. */
export const HELP_OPTION: OptionInits = {
  help: { type: "flag", short: "h", help: "print this text" },
};

/** Put before a negative number, because parseArgs() takes `-5` for an option. */
const MARK = "\0";

/** The arguments of a command. */
export interface Arguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, boolean | string | number | undefined>>;
}

/** Returns all options of a command, with those that it shares with others. */
export function optionsOf({ options, hasServer = true, hasJson = true, actions }: Command): OptionInits {
  if (actions) return HELP_OPTION;
  return { ...options, ...(hasServer && SERVER_OPTIONS), ...(hasJson && JSON_OPTION), ...HELP_OPTION };
}

/**
 * Reads the arguments after the name of a command.
 *
 * @throws {Failure} If an option does not exist, has a wrong value, or if operands are missing or left over.
 */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const { actions } = command;
  if (actions && !args.some((arg) => arg === "--help" || arg === "-h")) throw actionError(args, actions);
  const inits = optionsOf(command);
  const named = (type: "flag" | "value") =>
    Object.keys(inits).filter((name) => (inits[name]!.type === "flag") === (type === "flag"));
  const unknown: string[] = [];
  const parsed: Record<string, unknown> & { _: (string | number)[] } = parseArgs(args.map(marked), {
    boolean: named("flag"),
    string: ["_", ...named("value")],
    alias: Object.fromEntries(
      Object.entries(inits).flatMap(([name, { short }]) => short === undefined ? [] : [[short, name]]),
    ),
    unknown(argument: string, key: string | undefined) {
      if (key === undefined) return true;
      unknown.push(argument);
      return false;
    },
  });
  const [first] = unknown;
  if (first !== undefined) throw usageError(`unknown option "${first}"${optionHint(first, inits)}`);
  const options: Record<string, boolean | string | number | undefined> = {};
  for (const [name, { type }] of Object.entries(inits)) options[name] = valueOf(name, type, parsed[name]);
  const operands = parsed._.map((operand) => unmarked(String(operand)));
  if (command.hasUrlOperand && looksLikeAddress(operands[0] ?? "")) takeUrl(operands, options);
  if (!options.help) checkOperands(command, operands);
  return { operands, options };
}

/** Returns the failure of a command line that does not begin with an action. */
function actionError([given]: readonly string[], actions: readonly Command[]): Failure {
  const names = actions.map(({ name }) => name);
  const isAction = given !== undefined && !given.startsWith("-");
  const hint = isAction ? didYouMean(given, names) : "";
  const problem = isAction ? `unknown action "${given}"` : "the action is missing";
  return usageError(problem + (hint || `: use ${names.join(", ")}`));
}

/** Names the option that was probably meant. */
function optionHint(argument: string, inits: OptionInits): string {
  const name = argument.replace(/^-+(?:no-)?/, "").replace(/=.*$/s, "");
  return didYouMean(name, Object.keys(inits), (near) => `--${near}`);
}

/** Makes the first operand the option `--url`. */
function takeUrl(operands: string[], options: Record<string, boolean | string | number | undefined>): void {
  if (options.url !== undefined) throw usageError(`"${operands[0]}" and --url both name a server`);
  options.url = operands.shift();
}

function marked(argument: string): string {
  return /^-\.?\d/.test(argument) ? MARK + argument : argument;
}

function unmarked(argument: string): string {
  return argument.startsWith(MARK) ? argument.slice(MARK.length) : argument;
}

function valueOf(
  name: string,
  type: "flag" | "text" | "number",
  value: unknown,
): boolean | string | number | undefined {
  if (type === "flag") return value === true;
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw usageError(`--${name} was given more than once`);
  const text = unmarked(String(value));
  if (text === "") throw usageError(`--${name} requires a value`);
  if (type === "text") return text;
  const number = Number(text);
  if (!Number.isFinite(number)) throw usageError(`--${name} requires a number, not "${text}"`);
  return number;
}

function checkOperands(
  { operands = { usage: "", min: 0, max: 0 }, options }: Command,
  given: readonly string[],
): void {
  const extra = given[operands.max];
  if (extra !== undefined) {
    const option = looksLikeAddress(extra) ? "url" : extra.startsWith("/") && options.topic ? "topic" : undefined;
    const hint = option ? `; use --${option} ${extra}` : "";
    throw usageError(`unexpected argument "${extra}"${hint}`);
  }
  if (given.length < operands.min) throw usageError(`missing argument: ${operands.usage}`);
}
