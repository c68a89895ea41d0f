// Type-checks the snippet for npm's ws in docs/client.md, with the types that its users install.

import { assertEquals } from "@std/assert/equals";

const DOCS = new URL("../../docs/client.md", import.meta.url);
const CLIENT = new URL("../../src/client/mod.ts", import.meta.url);

Deno.test("docs/client.md has a snippet for npm's ws that type-checks", async () => {
  const blocks = (await Deno.readTextFile(DOCS)).matchAll(/^ *```ts ignore\n([\s\S]*?)^ *```$/gm);
  const [snippet = "", ...others] = [...blocks].map(([, code = ""]) => code).filter((code) =>
    code.includes('from "ws"')
  );
  assertEquals(others, []);
  const program = snippet
    .replace('from "@x/foxglove-ws/client"', `from "${CLIENT.href}"`)
    .replace(
      /import \{ WebSocket \} from "ws";.*/,
      '// @ts-types="npm:@types/ws@^8"\nimport { WebSocket } from "npm:ws@^8.18";',
    );
  assertEquals([program.includes(CLIENT.href), program.includes("npm:@types/ws")], [true, true]);
  const [right, wrong] = await Promise.all([program, program.replace("headers:", "headesr:")].map(check));
  assertEquals(right, "");
  // The check is able to fail: npm's ws does not have this option.
  assertEquals(wrong?.includes("headesr"), true);
});

/** Type-checks a program. Returns the compiler's errors, or an empty text. */
async function check(program: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const command = new Deno.Command(Deno.execPath(), { args: ["check", "--quiet", file], env: { NO_COLOR: "1" } });
    const { success, stderr } = await command.output();
    return success ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(file);
  }
}
