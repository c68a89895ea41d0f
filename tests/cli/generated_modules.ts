// Modules that `types` has generated, in a folder in which programs can import them.

import { PROJECT } from "../support/project_files.ts";

/** A folder with modules, and the flags with which Deno finds this package in them. */
export interface ModuleFolder extends AsyncDisposable {
  readonly path: string;
  /** Flags for `deno check` and `deno run`. */
  readonly flags: readonly string[];
  /** Writes a module. */
  write(name: string, text: string): Promise<void>;
}

/** Creates a folder outside the project. Disposal removes it. */
export async function createModuleFolder(): Promise<ModuleFolder> {
  const path = await Deno.makeTempDir({ prefix: "types" });
  const moduleOf = (name: string) => new URL(`src/${name}/mod.ts`, PROJECT).href;
  const imports = { "@x/foxglove-ws/client": moduleOf("client"), "@x/foxglove-ws/schemas": moduleOf("schemas") };
  const write = (name: string, text: string) => Deno.writeTextFile(`${path}/${name}`, text);
  await write("imports.json", `${JSON.stringify({ imports }, undefined, 2)}\n`);
  return {
    path,
    flags: ["--no-config", `--import-map=${path}/imports.json`],
    write,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Runs a subcommand of Deno in the folder. Throws an `Error` with its output if it fails. */
export async function runDeno({ path }: ModuleFolder, ...args: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: path, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  const decoder = new TextDecoder();
  throw new Error(`deno ${args[0]} has failed: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
}
