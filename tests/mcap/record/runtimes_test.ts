// McapRecorder and RingRecorder write files in Deno, Node and Bun, and remove old ones. Signals complete them.

import { assertEquals } from "@std/assert/equals";
import { bundleForNode } from "../../runtimes/node_process.ts";
import { testWith } from "../../support/needed_programs.ts";
import { Program } from "../../support/program.ts";
import { SERVER_RUNTIMES } from "../../support/server_runtimes.ts";
import { filesIn, readRecorded, type RecordedFile, withFolder } from "./recorded.ts";

const PROGRAM = new URL("record_files.ts", import.meta.url);
const UNTIL_SIGNAL = new URL("record_until_signal.ts", import.meta.url).href;

async function assertRecords(run: (folder: string) => Promise<Program>): Promise<void> {
  await withFolder(async (folder) => {
    await using program = await run(folder);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    const [messages, hasRemoved, isBounded, paths] = JSON.parse(lines.join(""));
    assertEquals([messages, hasRemoved, isBounded], [200, true, true]);
    assertEquals(
      filesIn(folder).filter((name) => name.startsWith("drive")),
      paths.map((path: string) => path.slice(folder.length + 1)),
    );
    const files = paths.map(readRecorded);
    assertEquals(files.every(({ isWhole }: RecordedFile) => isWhole), true);
    const last = files.flatMap(({ messages }: RecordedFile) => messages).at(-1);
    assertEquals(last?.startsWith("/a 200 200 200 "), true);
    assertEquals(readRecorded(`${folder}/ring.mcap`).messages.length, 200);
  });
}

Deno.test("McapRecorder and RingRecorder write files in Deno, with the permission to write them only", async () => {
  await assertRecords((folder) => Promise.resolve(new Program(`--allow-write=${folder}`, PROGRAM.href, folder)));
});

for (const [name, program] of SERVER_RUNTIMES) {
  testWith(program, `McapRecorder and RingRecorder write files in ${name}`, async (_t, executable) => {
    await withFolder(async (bundles) => {
      const bundle = `${bundles}/record_files.mjs`;
      await bundleForNode(bundle, PROGRAM);
      await assertRecords((folder) => Promise.resolve(new Program({ executable }, bundle, folder)));
    });
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `runCancellable() completes the file of a recorder on ${signal}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await withFolder(async (folder) => {
        const path = `${folder}/drive.mcap`;
        await using program = new Program("--allow-net=127.0.0.1", `--allow-write=${path}`, UNTIL_SIGNAL, path);
        assertEquals(await program.line(), "ready");
        program.kill(signal);
        const { code, lines, stderr } = await program.ended();
        assertEquals([code, stderr], [0, ""]);
        const { messages, isWhole } = readRecorded(path);
        assertEquals([lines, messages, isWhole], [["1"], ["/odom 1 1 1 {}"], true]);
      });
    },
  });
}
