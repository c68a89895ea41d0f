// Terminals: command lines on a pseudo terminal of 80 columns, by the program `script` of util-linux.

import { Program } from "../support/program.ts";
import { commandOf } from "./fixture.ts";
import { quoted } from "./shell.ts";

/**
 * Starts a command line on a terminal of 80 columns. Its lines have the control sequences of the terminal. `hasStdin`:
 * whether the test presses keys with `write()`.
 */
export function startOnTerminal(
  args: readonly string[],
  { hasStdin = false, ...options }: NonNullable<Parameters<typeof commandOf>[1]> & { hasStdin?: boolean } = {},
): Program {
  return new Program(
    { executable: "script", hasStdin, env: { TERM: "xterm", NO_COLOR: "" } },
    "--quiet",
    "--return",
    "--flush",
    "--command",
    `stty cols 80 rows 24; exec ${quoted(commandOf(args, options))}`,
    "/dev/null",
  );
}

/** Returns the text without control sequences of the terminal. */
export function plainText(text: string): string {
  // deno-lint-ignore no-control-regex -- the sequences begin with this character
  return text.replaceAll(/\x1b\[\d*[a-zA-Z]|\r/g, "");
}
