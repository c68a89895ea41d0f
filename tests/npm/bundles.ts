// Bundles of pages that use the installed package, and their sizes.

import { PACKAGING_FOLDER } from "../../tools/peers.ts";
import { NODE_22 } from "../support/server_runtimes.ts";
import { type InstalledPackage, NAME } from "./installed_package.ts";

const MODULES = `${PACKAGING_FOLDER}/node_modules`;

/** The pages, which differ only by the schema. */
export const PAGES: Readonly<Record<"client" | "client and SceneUpdate", string>> = {
  "client": pageWith("", 'client.subscribe("/scene").json()'),
  "client and SceneUpdate": pageWith(
    `import { SceneUpdate } from "${NAME}/schemas";\n`,
    'client.subscribe("/scene", SceneUpdate)',
  ),
};

function pageWith(imports: string, updates: string): string {
  return `import { FoxgloveClient } from "${NAME}/client";
${imports}const client = await FoxgloveClient.connect("ws://localhost:8765");
for await (const { value } of ${updates}) document.body.textContent = JSON.stringify(value);
`;
}

/** A file of a bundle. */
export interface Chunk {
  readonly code: string;
  /** Whether the page loads it at once, and not only when the program needs it. */
  readonly isInitial: boolean;
}

/** The bundlers. Each returns the files that a browser loads. */
export const BUNDLERS: Readonly<Record<"esbuild" | "vite", (app: InstalledPackage, code: string) => Promise<Chunk[]>>> =
  {
    esbuild: (app, code) => bundle(app, code, ESBUILD, `${MODULES}/esbuild/lib/main.js`),
    vite: (app, code) => bundle(app, code, VITE, `${MODULES}/vite/dist/node/index.js`),
  };

/** Prints the file that esbuild builds. */
const ESBUILD = `
const { default: { buildSync } } = await import(process.argv[2]);
const options = { bundle: true, minify: true, format: "esm", platform: "browser", write: false };
const code = buildSync({ entryPoints: ["page.js"], ...options }).outputFiles[0].text;
process.stdout.write(JSON.stringify([{ code, isInitial: true }]));
`;

/** Prints the files that vite builds. */
const VITE = `
const { build } = await import(process.argv[2]);
const options = { write: false, target: "esnext", rollupOptions: { input: "page.js" } };
const { output } = await build({ logLevel: "error", build: options });
const initial = new Set(output.filter(({ isEntry }) => isEntry).flatMap(({ fileName, imports }) => [fileName, ...imports]));
process.stdout.write(JSON.stringify(output.map(({ code, fileName }) => ({ code, isInitial: initial.has(fileName) }))));
`;

async function bundle(app: InstalledPackage, code: string, program: string, bundler: string): Promise<Chunk[]> {
  await app.write("page.js", code);
  await app.write("build.mjs", program);
  const { code: exitCode, stdout, stderr } = await app.run(NODE_22.path!, ["build.mjs", bundler]);
  if (exitCode !== 0) throw new Error(`Cannot bundle: ${stderr}`);
  return JSON.parse(stdout);
}

/** Returns the gzipped size of all files, or only of those that a page loads at once. */
export async function sizeOf(chunks: readonly Chunk[], isOnlyInitial = false): Promise<number> {
  const counted = chunks.filter(({ isInitial }) => isInitial || !isOnlyInitial);
  const sizes = await Promise.all(counted.map(({ code }) => gzipSize(code)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Returns the number of bytes after gzip. */
async function gzipSize(code: string): Promise<number> {
  const { readable, writable } = new CompressionStream("gzip");
  const written = new Blob([code]).stream().pipeTo(writable);
  const { byteLength } = await new Response(readable).arrayBuffer();
  await written;
  return byteLength;
}
