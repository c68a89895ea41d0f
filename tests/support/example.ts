// Runs examples as separate programs, like users do.

import { IMPORT_MAP } from "./import_map.ts";
import { Program } from "./program.ts";

/** A running example and the URL that it printed. */
export interface RunningExample extends AsyncDisposable {
  program: Program;
  url: string;
}

/** Runs an example with these arguments. */
export function runExample(name: string, ...args: string[]): Program {
  const file = new URL(`../../examples/${name}`, import.meta.url).href;
  const permissions = ["--allow-net", "--allow-read", "--allow-sys=cpus,systemMemoryInfo"];
  return new Program(...permissions, ...IMPORT_MAP, file, ...args);
}

/** Runs an example, by default on a free port, and waits until it listens. */
export async function startExample(name: string, port = "0"): Promise<RunningExample> {
  const program = runExample(name, "--port", port);
  const url = (await program.line()).replace("Listening on ", "");
  // Skips the lines about the two apps and Ctrl-C.
  for (let line = 0; line < 3; line++) await program.line();
  return { program, url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}
