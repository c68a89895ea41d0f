// Reads an example's arguments, prints the help, and reports invalid arguments.

import { parseArgs } from "@std/cli/parse-args";

/** Returns the arguments by name; `defaults` lists the names. `--help` and invalid arguments end the process. */
export function readArguments<Name extends string>(
  help: string,
  defaults: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const unknown: string[] = [];
  const names = Object.keys(defaults) as Name[];
  // npm passes a "--" before a script's arguments, which is not an argument itself.
  const given = Deno.args[0] === "--" ? Deno.args.slice(1) : Deno.args;
  const args: Record<string, unknown> = parseArgs(given, {
    string: names,
    boolean: ["help"],
    default: defaults,
    unknown: (argument: string) => void unknown.push(argument),
  });
  if (args.help) {
    console.log(help);
    Deno.exit(0);
  }
  if (unknown.length > 0) exitWithUsageError(`unknown argument "${unknown[0]}"`);
  return Object.fromEntries(names.map((name) => [name, args[name]])) as Record<Name, string>;
}

/** Reads the argument `--port`. */
export function readPort(text: string): number {
  if (text === "") exitWithUsageError("--port requires a number");
  if (!/^\d+$/.test(text) || Number(text) > 65_535) {
    exitWithUsageError(`"${text}" is not a port number from 0 to 65535`);
  }
  return Number(text);
}

/** Reads the argument `--host`. */
export function readHost(text: string): string {
  if (text === "") exitWithUsageError("--host requires an address");
  return text;
}

/** Reports an invalid argument and ends the process. */
export function exitWithUsageError(message: string): never {
  console.error(`${message}; --help lists the options`);
  Deno.exit(2);
}
