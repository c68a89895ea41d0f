// The examples as programs of their own, as users run them.

import { IMPORT_MAP } from "./import_map.ts";
import { Program } from "./program.ts";

/** A running example and the address that it printed. */
export interface RunningExample extends AsyncDisposable {
  program: Program;
  url: string;
}

/** Runs an example with these arguments. */
export function runExample(name: string, ...args: string[]): Program {
  const file = new URL(`../../examples/${name}`, import.meta.url).href;
  return new Program("--allow-net", "--allow-read", ...IMPORT_MAP, file, ...args);
}

/** Runs an example, on a free port unless told otherwise, and waits until it serves. */
export async function startExample(name: string, port = "0"): Promise<RunningExample> {
  const program = runExample(name, "--port", port);
  const url = (await program.line()).replace("Listening on ", "");
  // The two apps and Ctrl-C.
  for (let line = 0; line < 3; line++) await program.line();
  return { program, url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
