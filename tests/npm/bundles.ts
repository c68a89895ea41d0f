// Bundles of pages that use the installed package, and their sizes.

import { PACKAGING_FOLDER } from "../../tools/peers.ts";
import { NODE_22 } from "../support/server_runtimes.ts";
import { type InstalledPackage, NAME } from "./installed_package.ts";

const MODULES = `${PACKAGING_FOLDER}/node_modules`;

/** Returns a page that shows the messages of a topic, with these schemas of the package. */
export function pageWith(...schemas: readonly string[]): string {
  const imports = schemas.length > 0 ? `import { ${schemas.join(", ")} } from "${NAME}/schemas";\n` : "";
  const updates = schemas.length > 0
    ? schemas.map((schema) => `client.subscribe("/scene", ${schema})`)
    : ['client.subscribe("/scene").json()'];
  return `import { FoxgloveClient } from "${NAME}/client";
${imports}const client = await FoxgloveClient.connect("ws://localhost:8765");
for (const updates of [${updates.join(", ")}]) {
  for await (const { value } of updates) document.body.textContent = JSON.stringify(value);
}
`;
}

/** A file of a bundle. */
export interface Chunk {
  readonly code: string;
  /** The number of bytes after gzip. zlib of Node compresses, as for the sizes that vite prints. */
  readonly gzipSize: number;
  /** Whether the page loads it at once, and not only when the program needs it. */
  readonly isInitial: boolean;
}

/** The bundlers. Each returns the files that a browser loads. */
export const BUNDLERS: Readonly<Record<Bundler, (app: InstalledPackage, code: string) => Promise<Chunk[]>>> = {
  "esbuild": (app, code) => bundle(app, code, ESBUILD, [`${MODULES}/esbuild/lib/main.js`]),
  "esbuild --splitting": (app, code) => bundle(app, code, ESBUILD, [`${MODULES}/esbuild/lib/main.js`, "--splitting"]),
  "vite": (app, code) => bundle(app, code, VITE, [`${MODULES}/vite/dist/node/index.js`]),
};

/** A bundler. Without `--splitting`, esbuild puts everything into one file. */
export type Bundler = "esbuild" | "esbuild --splitting" | "vite";

/** Prints the files. A browser loads at once the entry, its static imports, and theirs. */
const PRINT = `
import { gzipSync } from "node:zlib";
function print(files, entry) {
  const initial = new Set([entry]);
  for (const name of initial) for (const other of files.get(name).imports) initial.add(other);
  const chunks = [...files].map(([name, { code }]) => ({
    code, gzipSize: gzipSync(code).length, isInitial: initial.has(name),
  }));
  process.stdout.write(JSON.stringify(chunks));
}
`;

const ESBUILD = `
const { default: { buildSync } } = await import(process.argv[2]);
const options = { bundle: true, minify: true, format: "esm", platform: "browser", write: false };
const splitting = process.argv[3] === "--splitting";
const { outputFiles, metafile: { outputs } } = buildSync({
  entryPoints: ["page.js"], ...options, splitting, outdir: "out", metafile: true,
});
const files = new Map(Object.entries(outputs).map(([name, { imports }]) => [name, {
  code: outputFiles.find(({ path }) => path.replaceAll("\\\\", "/").endsWith(name)).text,
  imports: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path),
}]));
print(files, Object.keys(outputs).find((name) => outputs[name].entryPoint === "page.js"));
${PRINT}`;

const VITE = `
const { build } = await import(process.argv[2]);
const options = { write: false, target: "esnext", rollupOptions: { input: "page.js" } };
const { output } = await build({ logLevel: "error", build: options });
print(new Map(output.map((file) => [file.fileName, file])), output.find(({ isEntry }) => isEntry).fileName);
${PRINT}`;

async function bundle(
  app: InstalledPackage,
  code: string,
  program: string,
  args: readonly string[],
): Promise<Chunk[]> {
  await app.write("page.js", code);
  await app.write("build.mjs", program);
  const { code: exitCode, stdout, stderr } = await app.run(NODE_22.path!, ["build.mjs", ...args]);
  if (exitCode !== 0) throw new Error(`Cannot bundle: ${stderr}`);
  return JSON.parse(stdout);
}

/** Returns the gzipped size of all files, or only of those that a page loads at once. */
export function sizeOf(chunks: readonly Chunk[], isOnlyInitial = false): number {
  const counted = chunks.filter(({ isInitial }) => isInitial || !isOnlyInitial);
  return counted.reduce((sum, { gzipSize }) => sum + gzipSize, 0);
}
