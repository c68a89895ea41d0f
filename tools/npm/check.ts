// checkPackage(): faults of the files of an npm package.

import { dirname, join } from "node:path/posix";
import { linkedPaths } from "./pages.ts";

/** The members of a package.json that run programs or install packages. */
const FORBIDDEN = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "bundleDependencies",
  "scripts",
];

/** The files of a package, as the check reads them. */
export interface CheckedPackage {
  /** The paths of all files. */
  readonly paths: ReadonlySet<string>;
  read(path: string): string;
  /** Returns the specifiers of all imports and exports of JavaScript or declarations. */
  specifiersOf(text: string): string[];
}

/** Returns all faults: dependencies, missing files that something names, and imports from outside. */
export function checkPackage(checked: CheckedPackage): string[] {
  const manifest: Record<string, unknown> = JSON.parse(checked.read("package.json"));
  const modules = [...checked.paths].filter((path) => /\.m?[jt]s$/.test(path));
  const pages = [...checked.paths].filter((path) => path.endsWith(".md"));
  return [
    ...FORBIDDEN.filter((name) => name in manifest).map((name) => `package.json: has "${name}"`),
    ...[manifest.exports, manifest.bin].flatMap(targetsIn).filter((target) => !checked.paths.has(join(".", target)))
      .map((target) => `package.json: "${target}" does not exist`),
    ...targetsIn(manifest.bin).filter((target) => !startsNode(checked, join(".", target)))
      .map((target) => `package.json: "${target}" does not begin with "#!/usr/bin/env node"`),
    ...modules.flatMap((path) => moduleFaults(checked, path)),
    ...pages.flatMap((path) => pageFaults(checked, path)),
  ];
}

/** Returns all strings in an object, at any depth. */
function targetsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(targetsIn) : [];
}

function startsNode({ paths, read }: CheckedPackage, path: string): boolean {
  return paths.has(path) && read(path).startsWith("#!/usr/bin/env node\n");
}

function moduleFaults({ paths, read, specifiersOf }: CheckedPackage, path: string): string[] {
  const isExample = !path.startsWith("dist/");
  const isCode = isExample || path.endsWith(".js");
  return specifiersOf(read(path)).flatMap((specifier) => {
    if (isCode && specifier.startsWith("node:")) return [];
    if (!specifier.startsWith(".")) return isExample ? [] : [`${path}: imports "${specifier}"`];
    const target = join(dirname(path), specifier);
    const file = isCode ? target : target.replace(/\.js$/, ".d.ts");
    return paths.has(file) ? [] : [`${path}: imports "${specifier}", which does not exist`];
  });
}

function pageFaults({ paths, read }: CheckedPackage, path: string): string[] {
  const exists = (target: string) => paths.has(target) || [...paths].some((each) => each.startsWith(`${target}/`));
  return linkedPaths(path, read(path)).filter((target) => !exists(target))
    .map((target) => `${path}: links to "${target}", which does not exist`);
}
