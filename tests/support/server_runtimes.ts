// The runtimes besides Deno in which the server runs, and TypeScript, which builds the package for them. All are
// installed by `deno task peers`.

import { explainMissing, OLDEST_NODE_FOLDER, RUNTIMES_FOLDER } from "../../tools/peers.ts";
import { findProgram, isFile, type NeededProgram } from "./needed_programs.ts";

/** The oldest version of Node in which the server runs. */
const MIN_NODE = [22, 15] as const;

export const NODE_22: NeededProgram = {
  path: [installed("node", "node"), findProgram("node", "node.exe")].find(isNewNode),
  missing: `no node ${MIN_NODE.join(".")} or newer on the PATH; run deno task peers`,
};

/** The oldest Node that the npm package accepts. */
export const OLDEST_NODE: NeededProgram = {
  path: installed("node", "node", OLDEST_NODE_FOLDER),
  missing: "the oldest Node is not installed; run deno task peers",
};

/** Let Node run modules with types. Node before 22.18 requires the first one. */
export const NODE_TYPE_FLAGS = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"] as const;

export const BUN: NeededProgram = {
  path: [installed("bun", "bun.exe"), findProgram("bun", "bun.exe")].find((path) => path !== undefined),
  missing: "no bun on the PATH; run deno task peers",
};

/** The compiler that builds the npm package. It has no program to run, so its path is "". */
export const TYPESCRIPT: NeededProgram = {
  path: explainMissing("packaging") === undefined ? "" : undefined,
  missing: "no TypeScript; run deno task peers",
};

/** The runtimes by name. */
export const SERVER_RUNTIMES: readonly (readonly ["Node" | "Bun", NeededProgram])[] = [
  ["Node", NODE_22],
  ["Bun", BUN],
];

function installed(name: string, file: string, folder: string = RUNTIMES_FOLDER): string | undefined {
  const path = `${folder}/node_modules/${name}/bin/${file}`;
  return isFile(path) ? path : undefined;
}

function isNewNode(path: string | undefined): boolean {
  if (path === undefined) return false;
  const { stdout } = new Deno.Command(path, { args: ["--version"], stderr: "null" }).outputSync();
  const [major = 0, minor = 0] = new TextDecoder().decode(stdout).replace(/^v/, "").split(".").map(Number);
  return major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
}
