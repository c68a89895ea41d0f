// TYPE_CASES: the types of the installed package, as strict programs use them.

import { assertEquals } from "@std/assert/equals";
import { PACKAGING_FOLDER } from "../../tools/peers.ts";
import { NODE_22 } from "../support/server_runtimes.ts";
import type { Ended, InstalledPackage } from "./installed_package.ts";

const TSC = `${PACKAGING_FOLDER}/node_modules/typescript/bin/tsc`;
const TYPES = `${PACKAGING_FOLDER}/node_modules/@types`;

const COMMON = { strict: true, skipLibCheck: false, noEmit: true, target: "ES2024" };
/** A program for Node. Its types have `Symbol.asyncDispose`. */
const NODE = { lib: ["ES2024"], types: ["node"], typeRoots: [TYPES] };
const WEB = { lib: ["ES2024", "DOM"], types: [] };
const NODE_16 = { module: "node16", moduleResolution: "node16" };
const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

/** Compiles a file of the app. */
async function compile(installed: InstalledPackage, file: string, options: object): Promise<Ended> {
  const config = { compilerOptions: { ...COMMON, ...options }, files: [file] };
  // A program for Node, for "node16".
  await installed.write("package.json", JSON.stringify({ private: true, type: "module" }));
  await installed.write("tsconfig.json", JSON.stringify(config));
  return await installed.run(NODE_22.path!, [TSC, "-p", "tsconfig.json"]);
}

async function assertCompiles(installed: InstalledPackage, file: string, options: object): Promise<void> {
  const { code, stdout } = await compile(installed, file, options);
  assertEquals([stdout, code], ["", 0]);
}

/** What must compile, by name. */
export const TYPE_CASES: Record<string, (installed: InstalledPackage) => Promise<void>> = {};

for (const [name, resolution] of [["node16", NODE_16], ["bundler", BUNDLER]] as const) {
  for (const exactOptionalPropertyTypes of [true, false]) {
    const exact = exactOptionalPropertyTypes ? "with" : "without";
    TYPE_CASES[`compiles a program for Node: ${name}, ${exact} exactOptionalPropertyTypes`] = (installed) =>
      assertCompiles(installed, "use_all.ts", { ...NODE, ...resolution, exactOptionalPropertyTypes });
  }
}

TYPE_CASES["compiles a program for browsers without the types of Node"] = (installed) =>
  assertCompiles(installed, "web.ts", { ...WEB, ...BUNDLER });

TYPE_CASES["reports a wrong type"] = async (installed) => {
  await installed.write("wrong.ts", (await Deno.readTextFile(`${installed.folder}/web.ts`)).replace(".x", ".none"));
  const { code, stdout } = await compile(installed, "wrong.ts", { ...WEB, ...BUNDLER });
  assertEquals([code, stdout.split(":")[1]?.trim()], [2, "error TS2339"]);
};
