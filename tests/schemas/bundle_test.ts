// Bundles contain only the messages that a program imports.

import { assertEquals } from "@std/assert/equals";
import { MESSAGES } from "../../tools/schemas/schema_data.ts";
import { readModuleGraph } from "../support/module_graph.ts";
import { PROJECT } from "../support/project_files.ts";

/** Returns the minified bundle of a program, by Deno's bundler, which is esbuild. */
async function bundle(program: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/main.ts`;
    const schemas = new URL("src/schemas/mod.ts", PROJECT).href;
    await Deno.writeTextFile(entry, program.replace("@x/foxglove-ws/schemas", schemas));
    const args = ["bundle", "--quiet", "--minify", "--platform", "browser", entry];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: PROJECT }).output();
    if (!success) throw new Error(`Cannot bundle ${program}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The messages whose tables a bundle contains. */
function messagesIn(code: string): string[] {
  return [...MESSAGES.keys()].filter((name) => code.includes(`name:"${name}"`)).toSorted();
}

Deno.test("a bundle with one message contains only those that it uses", async () => {
  const code = await bundle('import { PoseInFrame } from "@x/foxglove-ws/schemas"; console.log(PoseInFrame);');
  assertEquals(messagesIn(code), ["Pose", "PoseInFrame", "Quaternion", "Vector3"]);
  assertEquals([code.length < 31_500, code.length], [true, code.length]);
});

Deno.test("a bundle with all messages contains all of them", async () => {
  const code = await bundle('import * as schemas from "@x/foxglove-ws/schemas"; console.log(schemas);');
  assertEquals(messagesIn(code).length, 48);
});

Deno.test("a bundle with an enum contains no message", async () => {
  const code = await bundle('import { LogLevel } from "@x/foxglove-ws/schemas"; console.log(LogLevel);');
  assertEquals([messagesIn(code), code.includes("FATAL")], [[], true]);
});

Deno.test("the server and the client do not import the schemas", async () => {
  const modules = [...(await readModuleGraph("mod.ts", "src/client/mod.ts")).keys()];
  assertEquals([modules.length > 100, modules.filter((path) => path.startsWith("src/schemas/"))], [true, []]);
});
