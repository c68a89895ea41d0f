// Code blocks of the project's pages, and running whole programs from them.

import { Program } from "./program.ts";
import { PROJECT } from "./project_files.ts";

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

/** The modules of the package, as programs import them, and their files. */
function packageModules(): Record<string, string> {
  const { name, exports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", PROJECT))) as {
    name: string;
    exports: Record<string, string>;
  };
  const modules = Object.entries(exports).map(([key, file]) => [name + key.slice(1), new URL(file, PROJECT).href]);
  return Object.fromEntries(modules.flatMap(([id, url]) => [[id, url], [`jsr:${id}`, url]]));
}

/** A program of a page, in a child process and in a folder of its own. Disposal kills it and removes the folder. */
export class DocProgram implements AsyncDisposable {
  readonly folder: string;
  readonly #program: Program;

  /**
   * Runs a program exactly as the page shows it, type-checked, with `@x/foxglove-ws` and `jsr:@x/foxglove-ws` mapped to
   * this project and `jsr:@std/*` to the packages that the tests use. Its server listens on a free port, whatever the
   * program says, and the first line of output is `port <number>`.
   *
   * `flags`: its permissions besides the network of this machine.
   */
  static async start(code: string, ...flags: string[]): Promise<DocProgram> {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/program.ts`, code);
    const used = [...code.matchAll(/from "(?:jsr:)?(@std\/[^"]+)"/g)].map(([, name]) => name!);
    const std = used.flatMap((name) => {
      const url = import.meta.resolve(name);
      return [[name, url], [`jsr:${name}`, url]];
    });
    const imports = { ...packageModules(), ...Object.fromEntries(std) };
    await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
    return new DocProgram(folder, flags);
  }

  private constructor(folder: string, flags: string[]) {
    this.folder = folder;
    const preload = new URL("tests/fixtures/any_port.ts", PROJECT).href;
    const common = ["--no-config", "--check", `--import-map=${folder}/imports.json`, `--preload=${preload}`];
    this.#program = new Program(...common, "--allow-net=127.0.0.1,localhost", ...flags, `${folder}/program.ts`);
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
