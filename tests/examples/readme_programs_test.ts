// The whole programs of the README, as they stand there.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { blockWith, checkPrograms, DocProgram, readDocBlocks } from "../support/doc_blocks.ts";

/** Programs that do not end by themselves. Blocks that end run as doc tests. */
const programs = (await readDocBlocks("README.md"))
  .filter(({ language, attributes }) => language === "ts" && attributes.includes("ignore"));

Deno.test("the first program of the README serves a battery with a schema", async () => {
  const { code } = blockWith(programs, 'publish("/battery"');
  assertEquals(code, programs[0]!.code);
  assertEquals(code.trimEnd().split("\n").length, 6);
  await using running = await DocProgram.start(code);
  await using client = await FoxgloveClient.connect(await running.url());
  assertEquals(client.serverInfo.name, "my robot");
  for await (const { channel, value } of client.subscribe("/battery").json<{ volts: number }>()) {
    assertEquals(channel.schema, '{"type":"object","properties":{"volts":{"type":"number"}}}');
    assertEquals([Object.keys(value), value.volts >= 12 && value.volts < 13], [["volts"], true]);
    break;
  }
});

Deno.test("the program with runCancellable() counts, and ends with 0 at Ctrl-C", async () => {
  const { code } = blockWith(programs, "runCancellable");
  await using running = await DocProgram.start(code);
  await using client = await FoxgloveClient.connect(await running.url());
  for await (const { value } of client.subscribe("/counter").json<{ count: number }>()) {
    assertEquals(value.count > 0, true);
    break;
  }
  running.program.kill("SIGINT");
  assertEquals((await running.program.ended()).code, 0);
});

Deno.test("every whole program of the README is run by a test of this file, and is valid TypeScript", async () => {
  assertEquals(programs.length, 2);
  assertEquals(await checkPrograms(programs.map(({ code }) => code)), "");
});
