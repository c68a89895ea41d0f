// The top-level folders outside src import each other in one direction only.

import { assertEquals } from "@std/assert/equals";
import { readGraphOfFiles } from "../support/module_graph.ts";
import { programsBelow } from "../support/project_files.ts";

/** Each folder may import only from those after it. */
const FOLDERS = ["benches", "fuzz", "tests", "tools", "examples"];

function folderOf(path: string): number {
  return FOLDERS.findIndex((folder) => path.startsWith(`${folder}/`));
}

Deno.test("benches, fuzz, tests, tools and examples import each other in this order only", async () => {
  const files = FOLDERS.flatMap(programsBelow);
  const modules = await readGraphOfFiles(files);
  assertEquals(files.filter((path) => !modules.has(path)), []);
  const pairs = [...modules].flatMap(([path, targets]) => targets.map((target) => ({ path, target })))
    .filter(({ path, target }) => folderOf(path) >= 0 && folderOf(target) >= 0);
  assertEquals(pairs.filter(({ path, target }) => folderOf(target) < folderOf(path)), []);
  // The graph is complete: benches, fuzz and tests all use tests/support.
  const users = pairs.filter(({ target }) => target.startsWith("tests/support/")).map(({ path }) => folderOf(path));
  assertEquals([...new Set(users)].sort(), [0, 1, 2]);
});
