// McapWriter writes files in Deno, Node and Bun, also when the disk is full.

import { assertEquals } from "@std/assert/equals";
import { bundleForNode } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { Program } from "../../support/program.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";
import { messagesOf } from "./written.ts";

const PROGRAM = new URL("write_file.ts", import.meta.url);
/** A device that is always full. */
const FULL_DEVICE = Deno.build.os === "linux" ? "/dev/full" : "";
const FULL_DISK = ["ENOSPC", "ENOSPC", 1, false];

async function assertWrites(run: (folder: string, paths: readonly string[]) => Promise<Program>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a.mcap`;
    await using program = await run(folder, [path, FULL_DEVICE]);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    const failures = FULL_DEVICE === "" ? [] : [FULL_DISK, FULL_DISK];
    assertEquals(JSON.parse(lines.join("")), [101, 101, "EEXIST", ...failures]);
    const messages = messagesOf(await Deno.readFile(path));
    assertEquals(messages.map(({ data }) => data[99]), Array.from({ length: 101 }, (_, index) => index));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("McapWriter writes files in Deno", async () => {
  await assertWrites((_folder, paths) => Promise.resolve(new Program("-A", PROGRAM.href, ...paths)));
});

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapWriter writes files in ${name}`, async (_t, executable) => {
    await assertWrites(async (folder, paths) => {
      const bundle = `${folder}/write_file.mjs`;
      await bundleForNode(bundle, PROGRAM);
      return new Program({ executable }, bundle, ...paths);
    });
  });
}
