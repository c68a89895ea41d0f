// What the published modules import: nothing from outside the package, and within it only what lies below.

import { assertEquals } from "@std/assert/equals";

const ROOT = new URL("../../", import.meta.url);

interface Module {
  specifier: string;
  dependencies?: { specifier: string; code?: { specifier?: string }; type?: { specifier?: string } }[];
}

/** All modules that these lead to, by their paths in the project, and what each imports. */
async function graph(...entries: string[]): Promise<Map<string, string[]>> {
  const modules = new Map<string, string[]>();
  for (const entry of entries) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entry],
      cwd: ROOT,
      stderr: "inherit",
    });
    const { stdout } = await command.output();
    const info: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
    for (const { specifier, dependencies = [] } of info.modules) {
      const targets = dependencies.map(({ code, type, specifier }) => code?.specifier ?? type?.specifier ?? specifier);
      modules.set(within(specifier), targets.map(within));
    }
  }
  return modules;
}

/** A path in the project, or the whole specifier of what is outside. */
function within(specifier: string): string {
  return specifier.startsWith(ROOT.href) ? specifier.slice(ROOT.href.length) : specifier;
}

Deno.test("mod.ts and ./protocol import nothing from outside the package", async () => {
  const modules = await graph("mod.ts", "src/protocol/mod.ts");
  const outside = [...modules.keys()].filter((path) => path !== "mod.ts" && !path.startsWith("src/"));
  assertEquals(outside, []);
  // That these were looked at, and not an empty graph.
  assertEquals(["mod.ts", "src/server/server.ts", "src/protocol/encode.ts"].map((path) => modules.has(path)), [
    true,
    true,
    true,
  ]);
});

Deno.test("imports go down the layers only: server, session, protocol", async () => {
  const layers = ["src/protocol/", "src/session/", "src/server/"];
  const layerOf = (path: string) => layers.findIndex((layer) => path.startsWith(layer));
  const modules = await graph("mod.ts", "src/protocol/mod.ts");
  const upward = [...modules].flatMap(([path, targets]) =>
    targets.filter((target) => layerOf(path) >= 0 && layerOf(target) > layerOf(path)).map((target) => [path, target])
  );
  assertEquals(upward, []);
});

for (const layer of ["protocol", "session"]) {
  Deno.test(`src/${layer} is pure: no Deno, sockets, timers, clocks or promises`, async () => {
    const folder = new URL(`src/${layer}/`, ROOT);
    const impure =
      /\bDeno\.|\bWebSocket\b(?!"| )|setTimeout|setInterval|setImmediate|Date\.now|performance\.|\bawait\b|\basync\b/;
    const found: string[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const source = await Deno.readTextFile(new URL(name, folder));
      const code = source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      if (impure.test(code)) found.push(`${name}: ${code.match(impure)?.[0]}`);
    }
    assertEquals(found, []);
  });
}
