// What the command line loads for every command: not the server, and nothing that reads or writes recordings.

import { assertEquals } from "@std/assert/equals";
import { PROJECT } from "../support/project_files.ts";

/** A file without imports, which `doctor` uses. */
const ALLOWED = "src/server/address.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier?: string }; readonly isDynamic?: boolean }[];
}

/** Returns the paths of the modules that are loaded with this one: without imports of types, and dynamic imports. */
async function loadedModules(entry: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-remote", "--config", "deno.json", entry],
    cwd: PROJECT,
    stderr: "inherit",
  });
  const info: { modules: Module[] } = JSON.parse(new TextDecoder().decode((await command.output()).stdout));
  const modules = new Map(info.modules.map((module) => [module.specifier, module]));
  const loaded = new Set([new URL(entry, PROJECT).href]);
  // The set grows while it is read.
  for (const specifier of loaded) {
    for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  return [...loaded].map((specifier) => specifier.replace(PROJECT.href, ""));
}

Deno.test("the command line loads neither the server nor the recorder, player or reader before it needs them", async () => {
  const loaded = await loadedModules("src/cli/main.ts");
  const unwanted = loaded.filter((path) =>
    (path.startsWith("src/server/") && path !== ALLOWED) || path === "src/mcap/mod.ts" ||
    /^src\/mcap\/\w+\/(record|recorder|recording|mcap_player|mcap_reader|mcap_stream_reader|writer)\.ts$/.test(path)
  );
  assertEquals(unwanted, []);
  // The graph is not empty.
  assertEquals([loaded.includes("src/client/client.ts"), loaded.includes("src/cli/commands/record.ts")], [true, true]);
});
