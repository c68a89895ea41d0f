// compileModules(): all modules that the entry points of the package need, as JavaScript and declarations.

import { dirname, join, relative } from "node:path/posix";
import type { Compiler } from "./compiler.ts";
import type { StdFile } from "./std_files.ts";

/** The folder of the modules in the package. */
export const MODULES_FOLDER = "dist";
/** The folder of the copies of `@std` in it. */
export const STD_FOLDER = "std";

/** Reads the sources. */
export interface Sources {
  /** Returns a module of the project. */
  read(path: string): string;
  /** Finds the source of a module of `@std`. */
  findStd(specifier: string): Promise<StdFile>;
  /** Returns the source of a module of `@std`. */
  readStd(file: string): string;
}

/** The files of the package, by their paths in it. */
export type PackageFiles = Map<string, string>;

/** A file that is still to be written. */
interface Task {
  /** The path of the source in the project, or of the copy of `@std`. */
  readonly path: string;
  readonly kind: "js" | "d.ts";
  /** The file, if it is a copy of `@std`. */
  readonly stdFile?: string;
}

/** Returns the path of the JavaScript or of the declarations of a module. */
export function outputPath(path: string, kind: Task["kind"]): string {
  return join(MODULES_FOLDER, path.replace(/\.[jt]s$/, `.${kind}`));
}

/**
 * Compiles the entry points, and all modules that they import. A module that exports only types has no JavaScript, and
 * a module that no declaration needs has no declarations.
 *
 * @throws {Error} If a module imports anything but modules of the project, of `@std` and of Node.
 */
export async function compileModules(
  entries: readonly string[],
  compiler: Compiler,
  sources: Sources,
): Promise<PackageFiles> {
  const files: PackageFiles = new Map();
  const stdFiles = new Map<string, StdFile>();
  const tasks: Task[] = entries.flatMap((path) => [{ path, kind: "js" }, { path, kind: "d.ts" }]);
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    const { path, kind, stdFile } = task;
    const output = outputPath(path, kind);
    if (files.has(output)) continue;
    const text = stdFile === undefined ? sources.read(path) : sources.readStd(stdFile);
    // Declarations may not import `@std`.
    const specifiers = kind === "js" ? compiler.specifiersOf(text) : [];
    for (const specifier of specifiers.filter((each) => each.startsWith("@std/"))) {
      if (!stdFiles.has(specifier)) stdFiles.set(specifier, await sources.findStd(specifier));
    }
    const rewrite = (specifier: string) => {
      if (specifier.startsWith("node:") && kind === "js") return specifier;
      const std = kind === "js" ? stdFiles.get(specifier) : undefined;
      if (std !== undefined) {
        const copy = join(STD_FOLDER, std.path);
        tasks.push({ path: copy, kind, stdFile: std.file });
        return relativeSpecifier(path, copy);
      }
      const target = join(dirname(path), specifier);
      // The version is the same in both files.
      if (target === "deno.json") return relativeSpecifier(output, "package.json");
      if (!/^\.{1,2}\/.*\.ts$/.test(specifier) || stdFile !== undefined) {
        throw new Error(`Cannot build the npm package: "${path}" imports "${specifier}"`);
      }
      tasks.push({ path: target, kind });
      return specifier.replace(/\.ts$/, ".js");
    };
    files.set(output, compile(compiler, task, text, rewrite));
  }
  return files;
}

function compile(compiler: Compiler, { path, kind }: Task, text: string, rewrite: (specifier: string) => string) {
  return kind === "js" ? compiler.toJavaScript(text, path, rewrite) : compiler.toDeclarations(text, path, rewrite);
}

function relativeSpecifier(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}
