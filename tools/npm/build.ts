// buildPackage(): the files of the npm package, in a folder.

import { dirname, join } from "node:path/posix";
import { checkPackage } from "./check.ts";
import { Compiler } from "./compiler.ts";
import { listFiles } from "./files.ts";
import { createManifest, type DenoConfig, entriesOf } from "./manifest.ts";
import { compileModules, MODULES_FOLDER, type PackageFiles, STD_FOLDER } from "./modules.ts";
import { collectPages } from "./pages.ts";
import { findStdFile } from "./std_files.ts";

const ROOT = `${import.meta.dirname}/../..`;
/** The pages that every package has. Their links decide what else is packed. */
const PAGES = ["README.md", "CHANGELOG.md", "LICENSE"];
/** The first line of programs, for systems that start them by it. */
const SHEBANG = "#!/usr/bin/env node\n";

/** Options of {@linkcode buildPackage}. */
export interface BuildOptions {
  /** The folder, which is created, or emptied if it exists. */
  readonly folder: string;
  /** The URL of the repository on GitHub. */
  readonly repository?: string | undefined;
}

/**
 * Builds the package.
 *
 * @throws {Error} If TypeScript is not installed, a module cannot be compiled, or the package has faults.
 */
export async function buildPackage({ folder, repository }: BuildOptions): Promise<void> {
  const config: DenoConfig = JSON.parse(readProjectFile("deno.json"));
  const compiler = new Compiler();
  const manifest = createManifest(config, repository);
  const entries = [...entriesOf(config).values()];
  const files = await compileModules(entries, compiler, {
    read: readProjectFile,
    findStd: (specifier) => findStdFile(import.meta.resolve(specifier)),
    readStd: (file) => Deno.readTextFileSync(file),
  });
  for (const program of Object.values(manifest.bin)) files.set(program, SHEBANG + files.get(program));
  addStdLicense(files);
  files.set("package.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const [path, text] of files) await write(`${folder}/${path}`, (file) => Deno.writeTextFile(file, text));
  for (const path of collectPages(PAGES, readProjectFile, (path) => listFiles(ROOT, path))) {
    await write(`${folder}/${path}`, async (file) => {
      if (!/\.m?[jt]s$/.test(path)) return await Deno.copyFile(`${ROOT}/${path}`, file);
      await Deno.writeTextFile(file, compiler.rewrite(readProjectFile(path), packageImports(path, config)));
    });
  }
  const faults = checkPackage({
    paths: new Set(listFiles(folder)),
    read: (path) => Deno.readTextFileSync(`${folder}/${path}`),
    specifiersOf: (text) => compiler.specifiersOf(text),
  });
  if (faults.length > 0) throw new Error(`Cannot build the npm package:\n${faults.join("\n")}`);
}

/** Returns a function that lets a module import the package by its name. `path`: of the module in the project. */
function packageImports(path: string, { name, exports }: DenoConfig): (specifier: string) => string {
  const names = new Map(Object.entries(exports).map(([subpath, target]) => [join(target), join(name, subpath)]));
  return (specifier) => names.get(join(dirname(path), specifier)) ?? specifier;
}

/** `@std` has the same licence as the project, but another owner. */
function addStdLicense(files: PackageFiles): void {
  const folder = `${MODULES_FOLDER}/${STD_FOLDER}`;
  const notices = [...files].filter(([path]) => path.startsWith(`${folder}/`))
    .map(([, text]) => text.match(/^\/\/ (Copyright .* the Deno authors)\. MIT license\.$/m)?.[1]);
  const [notice] = notices;
  if (notice === undefined || notices.includes(undefined)) {
    throw new Error("Cannot build the npm package: a file of @std names no owner");
  }
  files.set(`${folder}/LICENSE`, readProjectFile("LICENSE").replace(/^Copyright .*$/m, notice));
}

function readProjectFile(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

async function write(file: string, writer: (file: string) => Promise<void>): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  await writer(file);
}
