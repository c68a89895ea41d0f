// The package uses only built-ins of the oldest Node that it accepts.

import { assertEquals } from "@std/assert/equals";
import { PACKAGING_FOLDER } from "../../tools/peers.ts";
import { firstMissing, testWith } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";
import { NODE_22, TYPESCRIPT } from "../support/server_runtimes.ts";

/** Modules that use newer built-ins, or Deno, only where they exist. */
const CHECKED_AT_RUN_TIME = [
  "src/platform.ts",
  "src/protocol/base64.ts",
  "src/server/http/listening.ts",
  "src/server/http/native_listener.ts",
];

/** Besides Node's own types. TypeScript has no library of a version of Node. */
const LIBRARIES = ["ES2024", "ES2025.Collection", "ES2025.Iterator", "ESNext.Disposable", "DOM", "DOM.AsyncIterable"];

/** Declares what the modules import or name besides these. */
const OTHERS = `declare const Deno: any;
declare module "@std/*" { export const parseArgs: any; export const delay: any; }
`;

/** Returns the errors of the type checker, by the paths of their modules. */
async function checkModules(folder: string, more: string): Promise<Map<string, string>> {
  const path = (file: string) => decodeURIComponent(new URL(file, PROJECT).pathname);
  await Deno.writeTextFile(`${folder}/others.d.ts`, OTHERS);
  await Deno.writeTextFile(`${folder}/more.ts`, more);
  const compilerOptions = {
    strict: true,
    noImplicitAny: false,
    noEmit: true,
    skipLibCheck: true,
    target: "ES2024",
    lib: LIBRARIES,
    module: "esnext",
    moduleResolution: "bundler",
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    types: ["node"],
    typeRoots: [`${PACKAGING_FOLDER}/node_modules/@types`],
  };
  const files = ["others.d.ts", "more.ts", ...["mod.ts", "src/cli/main.ts", "src/schemas/mod.ts"].map(path)];
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files }));
  const tsc = `${PACKAGING_FOLDER}/node_modules/typescript/bin/tsc`;
  const args = [tsc, "-p", folder, "--pretty", "false"];
  const { stdout } = await new Deno.Command(NODE_22.path!, { args, cwd: path("") }).output();
  const errors = new TextDecoder().decode(stdout).matchAll(
    /^(?:.*\/)?((?:src|more|mod|examples)[^(]*)\(.*?\): (.*)$/gm,
  );
  return new Map([...errors].map(([, file = "", text = ""]) => [file, text]));
}

testWith(
  firstMissing(TYPESCRIPT, NODE_22),
  "the package uses no built-ins that are newer than Node 22.15",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const errors = await checkModules(folder, "export const text = (bytes: Uint8Array) => bytes.toHex();\n");
      // The check finds such built-ins.
      assertEquals(errors.get("more.ts")?.startsWith("error TS2550: Property 'toHex'"), true);
      errors.delete("more.ts");
      assertEquals([...errors].filter(([path]) => !CHECKED_AT_RUN_TIME.includes(path)), []);
      assertEquals([...errors.keys()].sort(), CHECKED_AT_RUN_TIME);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
