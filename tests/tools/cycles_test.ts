// No module imports itself through others. Type imports count, because readers follow them too.

import { assertEquals } from "@std/assert/equals";
import { findCycle, readGraphOfFiles } from "../support/module_graph.ts";
import { filesBelow, programsBelow } from "../support/project_files.ts";

/** The imports that may close a cycle, with the reason. */
const ALLOWED = [
  { from: "src/server/listener.ts", to: "src/server/server.ts", reason: "hooks name the server" },
  { from: "src/client/listener.ts", to: "src/client/client.ts", reason: "hooks name the client" },
];

const graph = await readGraphOfFiles([
  "mod.ts",
  "src/cli/main.ts",
  "src/client/mod.ts",
  "src/nats/mod.ts",
  "src/protocol/mod.ts",
  "src/schemas/mod.ts",
  ...filesBelow("src/mcap"),
  ...programsBelow("src/status_page"),
  ...filesBelow("src/workers"),
]);

Deno.test("imports form no cycle in src, except those of hooks that name the server or the client", () => {
  const checked = [...graph].filter(([path]) => path.startsWith("src/")).map(([path, targets]): [string, string[]] => {
    const allowed = ALLOWED.filter(({ from }) => from === path).map(({ to }) => to);
    return [path, targets.filter((target) => !allowed.includes(target))];
  });
  assertEquals(findCycle(new Map(checked)), undefined);
});

Deno.test("the import graph contains every file of src", () => {
  assertEquals(programsBelow("src").filter((path) => !graph.has(path)), []);
});

Deno.test("every import that may close a cycle exists", () => {
  assertEquals(ALLOWED.filter(({ from, to }) => !graph.get(from)?.includes(to)), []);
});

Deno.test("findCycle() returns the modules of a cycle, and nothing for a graph without cycles", () => {
  const tree = { a: ["b", "c"], b: ["c", "outside"], c: [] };
  assertEquals(findCycle(new Map(Object.entries(tree))), undefined);
  const cycle = { entry: ["a"], a: ["b"], b: ["c", "leaf"], c: ["a"], leaf: [] };
  assertEquals(findCycle(new Map(Object.entries(cycle))), ["a", "b", "c", "a"]);
  assertEquals(findCycle(new Map([["self", ["self"]]])), ["self", "self"]);
});
