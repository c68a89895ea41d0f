// The table of the README: every line of code in it works as it stands there.

import { assertEquals } from "@std/assert/equals";
import { COMMANDS } from "../../src/cli/commands/mod.ts";
import { PROGRAM } from "../../src/cli/help.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { DocProgram } from "../support/doc_blocks.ts";
import { PROJECT } from "../support/project_files.ts";

/** The names that the lines use, as a program would define them. */
const BEFORE = `
import { FoxgloveServer, json } from "@x/foxglove-ws";
import { FoxgloveClient } from "@x/foxglove-ws/client";
import { CompressedImage, Log, LogLevel, SceneUpdate } from "@x/foxglove-ws/schemas";

interface Point {
  x: number;
  y: number;
}
const entities = [{ id: "box", frame_id: "map", cubes: [{ size: { x: 1, y: 1, z: 1 } }] }];
const data = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
const tune = (kp: number) => console.log("tuned to", kp);
const drive = (x: number, y: number) => console.log("drives to", x, y);
const use = (value: unknown) => console.log("read", JSON.stringify(value));

await using server = new FoxgloveServer({ name: "my robot" });
await server.start();
await using client = await FoxgloveClient.connect(server.url!);
`;

/** The lines of code in the table of a section. */
async function readLines(): Promise<string[]> {
  const readme = await Deno.readTextFile(new URL("README.md", PROJECT));
  const section = readme.split("\n## ").find((text) => text.startsWith("What you want\n")) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  return rows.map((row) => /^\| [^`|]+ \| `(.+)` +\|$/.exec(row)?.[1] ?? `no code in ${row}`);
}

Deno.test("every line of the README's table that is for programs does what the table says", async () => {
  const lines = (await readLines()).filter((line) => !line.startsWith(`${PROGRAM} `));
  const [show, ...others] = lines as [string, ...string[]];
  const loop = others.pop();
  const code = [BEFORE, `setInterval(() => {\n${show}\n}, 20);`, ...others, loop].join("\n");
  await using running = await DocProgram.start(code);
  await using client = await FoxgloveClient.connect(await running.url());
  assertEquals(await running.program.line(), 'read {"volts":12.4}');

  const topics = client.channels.values().map(({ topic, schemaName }) => `${topic} ${schemaName}`).toArray().sort();
  assertEquals(topics, [
    "/battery battery",
    "/camera foxglove.CompressedImage",
    "/log foxglove.Log",
    "/scene foxglove.SceneUpdate",
  ]);
  assertEquals(await client.service("/reset").call({}), { ok: true });
  const [expected, seen] = [new Set(["tuned to 2", "drives to 1 2"]), new Set<string>()];
  await client.setParameters([{ name: "kp", value: 2 }]);
  const target = client.advertise({ topic: "/target", encoding: "json", schemaName: "Point" });
  client.publish(target, JSON.stringify({ x: 1, y: 2 }));
  while (seen.size < expected.size) {
    const line = await running.program.line();
    if (!line.startsWith("read ")) seen.add(line);
  }
  assertEquals(seen, expected);
});

Deno.test("every line of the README's table that is for terminals runs a command", async () => {
  const lines = (await readLines()).filter((line) => line.startsWith(`${PROGRAM} `));
  const known = new Set(COMMANDS.map(({ name }) => name));
  assertEquals(lines.map((line) => known.has(line.split(" ")[1]!)), [true, true, true, true, true]);
});
