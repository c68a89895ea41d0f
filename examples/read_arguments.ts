// Reading an example's arguments: texts, --help, and what is wrong with them.

import { parseArgs } from "@std/cli/parse-args";

/** The arguments by their names, which `defaults` lists. `--help` and a wrong argument end the process. */
export function readArguments<Name extends string>(
  help: string,
  defaults: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const unknown: string[] = [];
  const names = Object.keys(defaults) as Name[];
  // npm's habit of a "--" before a script's arguments is no argument.
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
  if (unknown.length > 0) complain(`unknown argument "${unknown[0]}"`);
  return Object.fromEntries(names.map((name) => [name, args[name]])) as Record<Name, string>;
}

/** Reads the argument `--port`. */
export function readPort(text: string): number {
  if (text === "") complain("--port needs a number");
  if (!/^\d+$/.test(text) || Number(text) > 65_535) complain(`"${text}" is no port, which is 0 to 65535`);
  return Number(text);
}

/** Reads the argument `--host`. */
export function readHost(text: string): string {
  if (text === "") complain("--host needs an address");
  return text;
}

/** Ends the process for a wrong argument. */
export function complain(what: string): never {
  console.error(`${what}; --help shows what there is`);
  Deno.exit(2);
}
