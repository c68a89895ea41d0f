// Downloads every module that examples and tests need. After that, they run offline.
//
// The peers of the interop tests are not included: see `deno task peers`.

import { findSource, flagsFor, SOURCE_FILE } from "./std_source.ts";

const FOLDERS = ["examples", "tests", "benches", "fuzz", "tools"];
/** Modules that only snippets in docs/ import. A test generates the program for the types of `ws`. */
const OTHERS = [
  "npm:@foxglove/rosmsg@^5",
  "npm:@foxglove/rosmsg-serialization@^2",
  "npm:@foxglove/rosmsg2-serialization@^3",
  "npm:@types/ws@^8",
  "npm:hono@^4",
  "npm:tslib@^2",
  "npm:zod@^4",
];

const source = await findSource();
const flags = flagsFor(source);
const files = ["mod.ts", ...FOLDERS.flatMap((folder) => modulesIn(folder))];
await deno("cache", "--quiet", ...flags, ...files, ...OTHERS);
// The first `deno bundle` downloads the bundler.
const bundle = await Deno.makeTempFile({ suffix: ".js" });
await deno("bundle", "--quiet", ...flags, "--output", bundle, "src/client/mod.ts");
await Deno.remove(bundle);
await Deno.mkdir(SOURCE_FILE.slice(0, SOURCE_FILE.lastIndexOf("/")), { recursive: true });
await Deno.writeTextFile(SOURCE_FILE, `${source}\n`);
console.log(`Cached ${files.length} files and all their imports, with std from ${source}`);

function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return modulesIn(path);
    const isModule = (name.endsWith(".ts") && !name.endsWith(".d.ts")) || path.startsWith("examples/node/");
    return isModule ? [path] : [];
  });
}

async function deno(...args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
  if (code !== 0) throw new Error(`Cannot fill the cache: "deno ${args[0]}" exited with code ${code}`);
}
