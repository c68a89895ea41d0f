// Help: the texts of `--help`.

import { isDeno } from "../platform.ts";
import { optionsOf } from "./arguments.ts";
import type { Command, OptionInit } from "./command.ts";
import { wrap } from "./format/wrap.ts";

/** The name of the program in texts. */
export const PROGRAM = "foxglove-ws";

/** Returns the help of the program. */
export function programHelp(commands: readonly Command[]): string {
  return [
    `${PROGRAM}: live data of servers that speak the Foxglove WebSocket protocol`,
    "",
    `Usage: ${PROGRAM} COMMAND [OPTIONS]`,
    "",
    "Commands:",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    `"${PROGRAM} COMMAND --help" prints its options${isDeno() ? ", examples and permissions" : " and examples"}.`,
    "The server is ws://localhost:8765, unless --url names another one.",
    `"${PROGRAM} --version" prints the version.`,
  ].join("\n");
}

/** Returns the help of a command. */
export function commandHelp(command: Command): string {
  const { name, summary, about, operands, actions, examples } = command;
  const action = actions ? "ACTION" : undefined;
  const usage = ["Usage:", PROGRAM, name, action, operands?.usage, "[OPTIONS]"].filter(Boolean).join(" ");
  return [
    `${PROGRAM} ${name}: ${summary}`,
    "",
    usage,
    ...(about === undefined ? [] : ["", ...wrap(about, WIDTH)]),
    "",
    ...(actions ? actionLines(name, actions) : [
      "Options:",
      ...columns(Object.entries(optionsOf(command)).map(([name, option]) => [labelOf(name, option), option.help])),
    ]),
    "",
    "Examples:",
    ...columns(examples.map(([commandLine, does]) => [`${PROGRAM} ${commandLine}`, does])),
    // Node and Bun have no such permissions.
    ...(isDeno() ? ["", "Permissions:", `  ${permissionsOf(command).join(" ")}`] : []),
  ].join("\n");
}

function actionLines(name: string, actions: readonly Command[]): string[] {
  return [
    "Actions:",
    ...columns(actions.map(({ name, summary }) => [name, summary])),
    "",
    `"${PROGRAM} ${name} ACTION --help" prints its options and examples.`,
  ];
}

/** Returns the permissions of Deno that a command needs. */
export function permissionsOf({ hasServer = true, permissions = [] }: Command): string[] {
  const needed = [...(hasServer ? ["--allow-net=HOST"] : []), ...permissions];
  return needed.length === 0 ? ["none"] : needed;
}

function labelOf(name: string, { type, short, value = type === "number" ? "N" : "TEXT" }: OptionInit): string {
  const names = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return type === "flag" ? names : `${names} ${value}`;
}

/** The width of the left column, above which the right one begins in the next line. */
const MAX_LEFT = 30;
const WIDTH = 80;

/** Returns two columns in lines of at most 80 characters. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const fitting = rows.map(([left]) => left.length).filter((length) => length <= MAX_LEFT);
  const left = Math.max(0, ...fitting) + 4;
  return rows.flatMap(([label, text]) => {
    const [first = "", ...others] = wrap(text, WIDTH - left);
    const indent = " ".repeat(left);
    const rest = others.map((line) => indent + line);
    if (label.length > MAX_LEFT) return [`  ${label}`, indent + first, ...rest];
    return [`  ${label}`.padEnd(left) + first, ...rest];
  });
}
