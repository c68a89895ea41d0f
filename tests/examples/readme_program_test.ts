// The first program of the README, as it stands there.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";

/** Returns the first block of code in a language. */
function firstBlock(markdown: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\b.*\n([\\s\\S]*?)^\`\`\`$`, "m").exec(markdown)?.[1] ?? "";
}

Deno.test("the first program of the README serves a battery with a schema", async () => {
  const program = firstBlock(await Deno.readTextFile(new URL("README.md", PROJECT)), "ts");
  assertEquals(program.trimEnd().split("\n").length, 5);
  const folder = await Deno.makeTempDir();
  const map = { imports: { "jsr:@x/foxglove-ws": new URL("mod.ts", PROJECT).href } };
  await Deno.writeTextFile(`${folder}/program.ts`, program);
  await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify(map));
  const preload = new URL("tests/fixtures/any_port.ts", PROJECT).href;
  const flags = ["--no-config", "--check", `--import-map=${folder}/imports.json`, `--preload=${preload}`];
  await using running = new Program(...flags, "--allow-net=127.0.0.1", `${folder}/program.ts`);
  const port = (await running.line()).replace("port ", "");
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`);
  assertEquals(client.serverInfo.name, "my robot");
  for await (const { channel, value } of client.subscribe("/battery").json<{ volts: number }>()) {
    assertEquals(channel.schema, '{"type":"object","properties":{"volts":{"type":"number"}}}');
    assertEquals([Object.keys(value), value.volts >= 12 && value.volts < 13], [["volts"], true]);
    break;
  }
  await Deno.remove(folder, { recursive: true });
});
