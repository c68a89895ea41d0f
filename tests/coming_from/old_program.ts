// Programs of the pages in docs/coming_from/: ours, and those that use another package.

import { pathToFileURL } from "node:url";
import { explainMissing, NODE_FOLDER, PYTHON, ROS_FOLDER } from "../../tools/peers.ts";
import { blockWith, readDocBlocks } from "../support/doc_blocks.ts";
import { testUnless } from "../support/needed_programs.ts";
import { Program } from "../support/program.ts";
import { NODE_22 } from "../support/server_runtimes.ts";

/** The kinds of packages that the programs use. */
export type OldKind = "node" | "ros" | "python";

const FOLDERS = { node: NODE_FOLDER, ros: ROS_FOLDER };

/** The module that Node preloads, so that programs find the packages. */
export const HOOKS: string = new URL("resolve_from_peers.mjs", import.meta.url).href;

/** Returns the block of a page in this language that contains a text. `page`: its name in docs/coming_from/. */
export async function programOf(page: string, language: "js" | "python" | "ts", text: string): Promise<string> {
  const blocks = await readDocBlocks(`docs/coming_from/${page}`);
  return blockWith(blocks.filter((block) => block.language === language), text).code;
}

/** A running program that uses another package. Disposal kills it and removes its file. */
export class OldProgram implements AsyncDisposable {
  readonly #path: string;
  readonly #program: Program;

  /** Runs a program with packages of one kind. `port` replaces the port in its text, which is 8765 or 9090. */
  static async start(kind: OldKind, code: string, port: number): Promise<OldProgram> {
    const path = await Deno.makeTempFile({ suffix: kind === "python" ? ".py" : isCommonJs(code) ? ".cjs" : ".mjs" });
    await Deno.writeTextFile(path, withPort(code, port));
    return new OldProgram(path, kind);
  }

  private constructor(path: string, kind: OldKind) {
    this.#path = path;
    this.#program = kind === "python"
      ? new Program({ executable: PYTHON }, path)
      : new Program({ executable: NODE_22.path!, env: nodeEnvironment(FOLDERS[kind]) }, "--import", HOOKS, path);
  }

  /** Waits for the next line of its output. */
  line(): Promise<string> {
    return this.#program.line();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await Deno.remove(this.#path);
  }
}

/** The variables with which Node finds the packages of a folder. */
export function nodeEnvironment(folder: string): Record<string, string> {
  return {
    // The real path, because Node reports it as the URL of a module.
    PEERS: `${pathToFileURL(Deno.realPathSync(folder))}/`,
    // For CommonJS, whose require() does not let hooks change the folder.
    NODE_PATH: `${folder}/node_modules`,
  };
}

/**
 * Replaces the port in the text of a program, which must contain one. The programs have a fixed port, because reading
 * it from an environment variable would distract from their purpose.
 */
export function withPort(code: string, port: number): string {
  const changed = code.replaceAll(/\b(8765|9090)\b/g, String(port));
  if (changed === code) throw new Error("Cannot replace the port: the program has none");
  return changed;
}

function isCommonJs(code: string): boolean {
  return code.includes("require(");
}

/** Adds a test of programs. If packages are missing, it is skipped, with the reason in its name. In CI it fails. */
export function testWithPeers(kind: OldKind, name: string, fn: () => Promise<void>): void {
  const needsNode = kind !== "python" && NODE_22.path === undefined;
  const missing = needsNode ? NODE_22.missing : explainMissing(kind);
  testUnless(missing, name, fn);
}
