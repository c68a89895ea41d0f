// The modules of the status page are loaded by the first request that needs them.

import { assertEquals } from "@std/assert/equals";
import { readModuleGraph, readStaticGraph } from "../../support/module_graph.ts";
import { Program } from "../../support/program.ts";
import { PROJECT } from "../../support/project_files.ts";

/** The modules that `StatusRoutes` and `Telemetry` import when they need them. */
const ENTRIES = ["page_response", "stats_response", "metrics_response", "open_telemetry"];

/** Returns the modules of src/server/status that are loaded with the server. */
async function loadedAtOnce(): Promise<string[]> {
  const graph = await readStaticGraph("mod.ts");
  return [...graph.keys()].filter((path) => path.startsWith("src/server/status/")).sort();
}

Deno.test("mod.ts imports only the routes of the status page statically, and their types", async () => {
  const names = (await loadedAtOnce()).map((path) => path.slice("src/server/status/".length));
  assertEquals(names, [
    "server_figures.ts",
    "status_page_option.ts",
    "status_routes.ts",
    "status_source.ts",
    "telemetry.ts",
    "visibility.ts",
  ]);
  const all = [...(await readModuleGraph("mod.ts")).keys()];
  const missing = [...ENTRIES, "page_html"].filter((name) => !all.includes(`src/server/status/${name}.ts`));
  assertEquals(missing, []);
});

Deno.test("a server loads a module of the status page when it is asked for it, and no other", async () => {
  const folder = await Deno.makeTempDir();
  // Each module is replaced by one that prints its name and has no exports, so the answer is 500.
  const imports = Object.fromEntries(ENTRIES.map((name) => {
    const code = `console.log("loaded ${name}");`;
    return [new URL(`src/server/status/${name}.ts`, PROJECT).href, `data:text/javascript,${encodeURIComponent(code)}`];
  }));
  await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
  const fixture = new URL("./fixtures/serves.ts", import.meta.url).href;
  const flags = ["--no-config", `--import-map=${folder}/imports.json`, "--allow-net=127.0.0.1"];
  const run = async (...args: string[]) => {
    await using program = new Program(...flags, fixture, ...args);
    const { lines, stderr } = await program.ended();
    return { lines, stderr };
  };
  assertEquals(await run(), { lines: ["served"], stderr: "" });
  const { lines } = await run("/metrics", "/", "/api/stats");
  assertEquals(lines, [
    "served",
    ...["metrics_response", "page_response", "stats_response"].flatMap((name) => [`loaded ${name}`, "500"]),
  ]);
  await Deno.remove(folder, { recursive: true });
});
