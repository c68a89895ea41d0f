// InstalledPackage: the npm package, built, packed and installed into an empty folder.

import config from "../../deno.json" with { type: "json" };
import { IMPORT_MAP } from "../support/import_map.ts";
import { findProgram, firstMissing, type NeededProgram } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { NODE_22, TYPESCRIPT } from "../support/server_runtimes.ts";

const NPM: NeededProgram = {
  path: findProgram("npm", "npm.cmd"),
  missing: "no npm on the PATH; install Node from nodejs.org",
};

/** Node, if everything is installed that builds the package. */
export const PACKAGING: NeededProgram = firstMissing(
  TYPESCRIPT,
  NPM,
  NODE_22,
);

/** The name of the package. */
export const NAME: string = config.name;

/** How a program has ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder outside of the project in which only the package is installed. Disposal removes it. */
export class InstalledPackage implements AsyncDisposable {
  readonly #root: string;
  /** The folder with `node_modules`. */
  readonly folder: string;
  /** The folder of the package in `node_modules`. */
  readonly path: string;

  private constructor(root: string) {
    this.#root = root;
    this.folder = `${root}/app`;
    this.path = `${this.folder}/node_modules/${NAME}`;
  }

  /** Builds and installs the package. Requires {@linkcode PACKAGING}. */
  static async create(): Promise<InstalledPackage> {
    const created = new InstalledPackage(await Deno.makeTempDir());
    try {
      await created.#install();
      return created;
    } catch (error) {
      await created[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Writes a file of the app. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  /** Runs a program in the folder of the app to its end. */
  async run(program: string, args: readonly string[]): Promise<Ended> {
    return await runIn(this.folder, program, args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }

  async #install(): Promise<void> {
    const tool = new URL("tools/npm/main.ts", PROJECT).href;
    const built = `${this.#root}/built`;
    await passed(this.#root, Deno.execPath(), ["run", "-A", ...IMPORT_MAP, tool, "--out", built]);
    await passed(built, NPM.path!, ["pack", "--pack-destination", this.#root]);
    const tarball = [...Deno.readDirSync(this.#root)].find(({ name }) => name.endsWith(".tgz"))!.name;
    await Deno.mkdir(this.folder);
    await this.write("package.json", JSON.stringify({ private: true }));
    await passed(this.folder, NPM.path!, [
      "install",
      "--offline",
      "--no-audit",
      "--no-fund",
      `${this.#root}/${tarball}`,
    ]);
  }
}

async function passed(cwd: string, program: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runIn(cwd, program, args);
  if (code !== 0) throw new Error(`Cannot install the package: "${args.join(" ")}" failed: ${stdout}${stderr}`);
}

async function runIn(cwd: string, program: string, args: readonly string[]): Promise<Ended> {
  const command = new Deno.Command(program, { args: [...args], cwd, env: { NO_COLOR: "1" }, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
