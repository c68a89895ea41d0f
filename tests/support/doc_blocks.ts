// Code blocks of the project's pages, and running whole programs from them.

import { fileURLToPath } from "node:url";
import { Program } from "./program.ts";
import { filesBelow, PROJECT } from "./project_files.ts";
import { NODE_TYPE_FLAGS } from "./server_runtimes.ts";

/** A fenced block of a page. */
export interface DocBlock {
  /** The first word after the fence, such as `ts`; "" if there is none. */
  language: string;
  /** The other words after the fence, such as `ignore`. */
  attributes: string[];
  code: string;
  /** The line of the fence, from 1. */
  line: number;
}

/** Returns the blocks of a page in their order. Blocks in lists lose their indentation. */
export function docBlocks(markdown: string): DocBlock[] {
  return [...markdown.matchAll(/^( *)(`{3,})(.*)\n([\s\S]*?)^ *\2 *$/gm)].map((match) => {
    const [, indentation = "", , info = "", body = ""] = match;
    const [language = "", ...attributes] = info.trim().split(/\s+/);
    const code = body.split("\n").map((line) => line.startsWith(indentation) ? line.slice(indentation.length) : line);
    return {
      language,
      attributes,
      code: code.join("\n"),
      line: markdown.slice(0, match.index).split("\n").length,
    };
  });
}

/** Reads the blocks of a page, which is a path in the project. */
export async function readDocBlocks(page: string): Promise<DocBlock[]> {
  return docBlocks(await Deno.readTextFile(new URL(page, PROJECT)));
}

/**
 * Returns the one of these blocks that contains a text.
 *
 * @throws {Error} If there is not exactly one.
 */
export function blockWith(blocks: readonly DocBlock[], text: string): DocBlock {
  const found = blocks.filter(({ code }) => code.includes(text));
  if (found.length !== 1) {
    throw new Error(`Cannot find the block with ${JSON.stringify(text)}: ${found.length} blocks contain it`);
  }
  return found[0]!;
}

/** The name of the package, and the file of each of its modules. */
function packageConfig(): { name: string; exports: Record<string, string> } {
  return JSON.parse(Deno.readTextFileSync(new URL("deno.json", PROJECT)));
}

/** The modules of the package, as programs import them, and their files. */
function packageModules(): Record<string, string> {
  const { name, exports } = packageConfig();
  const modules = Object.entries(exports).map(([key, file]) => [name + key.slice(1), new URL(file, PROJECT).href]);
  return Object.fromEntries(modules.flatMap(([id, url]) => [[id, url], [`jsr:${id}`, url]]));
}

/** Returns the paths of all Markdown pages below a folder, sorted. */
export function pagesBelow(folder: string): string[] {
  return filesBelow(folder).filter((path) => path.endsWith(".md")).sort();
}

/** Writes programs and an import map for them into a folder. Returns the files of the programs. */
async function writePrograms(folder: string, codes: readonly string[]): Promise<string[]> {
  const used = codes.flatMap((code) => [...code.matchAll(/from "(?:jsr:)?(@std\/[^"]+)"/g)].map(([, name]) => name!));
  const std = used.flatMap((name) => {
    const url = import.meta.resolve(name);
    return [[name, url], [`jsr:${name}`, url]];
  });
  const imports = { ...packageModules(), ...Object.fromEntries(std) };
  await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
  return await Promise.all(codes.map(async (code, index) => {
    const file = `${folder}/program_${index}.ts`;
    await Deno.writeTextFile(file, code);
    return file;
  }));
}

/** Returns the flags of Deno for programs of a folder. */
function flagsFor(folder: string): string[] {
  return ["--no-config", `--import-map=${folder}/imports.json`];
}

/** Checks the types of programs, all at once, because that takes seconds. Returns the errors, or "". */
export async function checkPrograms(codes: readonly string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["check", "--quiet", ...flagsFor(folder), ...await writePrograms(folder, codes)];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
    return code === 0 ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A program of a page, in a child process and in a folder of its own. Disposal kills it and removes the folder. */
export class DocProgram implements AsyncDisposable {
  readonly folder: string;
  readonly #program: Program;

  /**
   * Runs a program exactly as the page shows it, with `@x/foxglove-ws` and `jsr:@x/foxglove-ws` mapped to this project
   * and `jsr:@std/*` to the packages that the tests use. Its server listens on a free port, whatever the program says,
   * and the first line of output is `port <number>`. The program is not type-checked: see {@linkcode checkPrograms}.
   *
   * `flags`: its permissions besides the network of this machine.
   */
  static async start(code: string, ...flags: string[]): Promise<DocProgram> {
    const folder = await Deno.makeTempDir();
    const [file = ""] = await writePrograms(folder, [code]);
    const preload = new URL("tests/fixtures/any_port.ts", PROJECT).href;
    const args = [...flagsFor(folder), `--preload=${preload}`, "--allow-net=127.0.0.1,localhost", ...flags, file];
    return new DocProgram(folder, new Program(...args));
  }

  /** The same with `deno serve`. Its server listens on `port`. */
  static async serve(code: string, port: number): Promise<DocProgram> {
    const folder = await Deno.makeTempDir();
    const [file = ""] = await writePrograms(folder, [code]);
    return new DocProgram(
      folder,
      new Program("serve", ...flagsFor(folder), "--host=127.0.0.1", `--port=${port}`, file),
    );
  }

  /**
   * The same on Node or Bun, without the check of types. The folder has the package in `node_modules`, as after
   * `npm install`. Its modules are those of the project, because Node removes no types below `node_modules`.
   *
   * `file`: the name of the program. With `.ts`, the folder has a `package.json` with `"type": "module"`.
   */
  static async startOn(
    runtime: "Node" | "Bun",
    executable: string,
    code: string,
    file: string = runtime === "Node" ? "robot.mjs" : "robot.ts",
  ): Promise<DocProgram> {
    const folder = await Deno.makeTempDir();
    const { name, exports } = packageConfig();
    const installed = `${folder}/node_modules/${name}`;
    await Deno.mkdir(installed, { recursive: true });
    await Deno.writeTextFile(`${installed}/package.json`, JSON.stringify({ name, type: "module", exports }));
    for (const each of ["mod.ts", "src"]) await Deno.symlink(new URL(each, PROJECT), `${installed}/${each}`);
    const preload = new URL("tests/fixtures/any_port.mjs", PROJECT);
    const flags = runtime === "Node"
      ? [...NODE_TYPE_FLAGS, `--import=${preload.href}`]
      : [`--preload=${fileURLToPath(preload)}`];
    if (file.endsWith(".ts")) await Deno.writeTextFile(`${folder}/package.json`, '{"type":"module"}');
    await Deno.writeTextFile(`${folder}/${file}`, code);
    return new DocProgram(folder, new Program({ executable }, ...flags, `${folder}/${file}`));
  }

  private constructor(folder: string, program: Program) {
    this.folder = folder;
    this.#program = program;
  }

  get program(): Program {
    return this.#program;
  }

  /** The address of its server. Takes the first line of output. */
  async url(): Promise<string> {
    return `ws://127.0.0.1:${(await this.#program.line()).replace("port ", "")}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}
