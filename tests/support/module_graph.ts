// The import graph of the package, as `deno info` reports it. Type imports count like all others.

import { PROJECT } from "./project_files.ts";

interface Module {
  specifier: string;
  dependencies?: Dependency[];
}

interface Dependency {
  specifier: string;
  code?: { specifier?: string };
  type?: { specifier?: string };
  /** Whether it is imported by `import()`. */
  isDynamic?: boolean;
}

/** The imports of each module, by its path in the project. */
export type ModuleGraph = Map<string, string[]>;

/** Returns all modules that the entry points import, directly or not. */
export async function readModuleGraph(...entries: string[]): Promise<ModuleGraph> {
  return await readGraph(entries, () => true);
}

/** Returns the modules that are loaded with an entry point: those that it imports without `import()`. */
export async function readStaticGraph(entry: string): Promise<ModuleGraph> {
  const graph = await readGraph([entry], ({ isDynamic }) => !isDynamic);
  const loaded = new Set([entry]);
  for (const path of loaded) for (const target of graph.get(path) ?? []) loaded.add(target);
  return new Map([...graph].filter(([path]) => loaded.has(path)));
}

async function readGraph(
  entries: readonly string[],
  isIncluded: (dependency: Dependency) => boolean,
): Promise<ModuleGraph> {
  const graph: ModuleGraph = new Map();
  for (const entry of entries) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-remote", "--config", "deno.json", entry],
      cwd: PROJECT,
      stderr: "inherit",
    });
    const { stdout } = await command.output();
    const info: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
    for (const { specifier, dependencies = [] } of info.modules) {
      const targets = dependencies.filter(isIncluded).map(({ code, type, specifier }) =>
        code?.specifier ?? type?.specifier ?? specifier
      );
      graph.set(toPath(specifier), targets.map(toPath));
    }
  }
  return graph;
}

/** Returns all modules that the files import, directly or not, and the files themselves. Runs `deno info` only once. */
export async function readGraphOfFiles(files: readonly string[]): Promise<ModuleGraph> {
  // One module that imports all others, because `deno info` takes some time for each entry point.
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(entry, files.map((path) => `import ${JSON.stringify(new URL(path, PROJECT))};\n`).join(""));
  const graph = await readModuleGraph(entry);
  await Deno.remove(entry);
  graph.delete(new URL(`file://${entry}`).href);
  return graph;
}

/** Returns the modules of one cycle, the first one again at the end, or `undefined` if there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const remaining = new Map(graph);
  const importsOf = (path: string) => (remaining.get(path) ?? []).filter((target) => remaining.has(target));
  // A module whose imports are all removed cannot be part of a cycle.
  for (let sizeBefore = Infinity; remaining.size < sizeBefore;) {
    sizeBefore = remaining.size;
    for (const path of remaining.keys()) if (importsOf(path).length === 0) remaining.delete(path);
  }
  // Every module that is left imports another one that is left, so this walk comes back to a module that it has
  // visited.
  let [path] = remaining.keys();
  const walk: string[] = [];
  while (path !== undefined) {
    const start = walk.indexOf(path);
    walk.push(path);
    if (start >= 0) return walk.slice(start);
    [path] = importsOf(path);
  }
  return undefined;
}

/** Returns the path in the project, or the whole specifier of a module outside of it. */
function toPath(specifier: string): string {
  return specifier.startsWith(PROJECT.href) ? specifier.slice(PROJECT.href.length) : specifier;
}
