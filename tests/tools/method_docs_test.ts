// Each public method of the two main classes occurs in an example of the docs, which are tests.

import { assertEquals } from "@std/assert/equals";
import { PROJECT } from "../support/project_files.ts";

/** The parts of `deno doc --json` that this test reads. */
interface DocNodes {
  nodes: Record<string, {
    symbols: { name: string; declarations: { def: { methods: { name: string; accessibility?: string }[] } }[] }[];
  }>;
}

async function methodsOf(entry: string, className: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", entry],
    cwd: PROJECT,
    stderr: "inherit",
  });
  const { nodes }: DocNodes = JSON.parse(new TextDecoder().decode((await command.output()).stdout));
  const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols);
  const methods = symbols.find(({ name }) => name === className)?.declarations[0]?.def.methods ?? [];
  return methods.filter(({ accessibility }) => accessibility !== "private").map(({ name }) => name)
    .filter((name) => !name.startsWith("["));
}

/** The TypeScript examples of all pages that run as tests. */
function examples(): string {
  const folder = new URL("docs/", PROJECT);
  const pages = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".md"));
  return pages.flatMap(({ name }) => {
    const page = Deno.readTextFileSync(new URL(name, folder));
    return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  }).join("\n");
}

for (const [entry, className] of [["mod.ts", "FoxgloveServer"], ["src/client/mod.ts", "FoxgloveClient"]] as const) {
  Deno.test(`the docs have an example of each method of ${className}`, async () => {
    const methods = await methodsOf(entry, className);
    const code = examples();
    const missing = methods.filter((name) => !new RegExp(`(\\.|\\b)${name}\\b`).test(code));
    assertEquals([methods.length > 15, missing], [true, []]);
  });
}
