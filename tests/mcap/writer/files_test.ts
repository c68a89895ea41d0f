// McapWriter writes files.

import { pathToFileURL } from "node:url";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import type { McapWriterOptions } from "../../../src/mcap/writer/writer_options.ts";
import { Program } from "../../support/program.ts";
import { messagesOf, noise } from "./written.ts";

/** Calls `run` with the path of a file that does not exist. */
async function withPath(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/drive 1.mcap`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeFile(path: string | URL, options: McapWriterOptions, value: number): Promise<void> {
  await using writer = await McapWriter.open(path, options);
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  for (let index = 0; index < 100; index++) {
    writer.write({ channelId, logTime: BigInt(index), data: new Uint8Array(100).fill(value + index) });
    if (index === 50) await writer.flush();
  }
}

for (const synchronous of [false, true]) {
  for (const compression of ["none", "zstd"] as const) {
    const options: McapWriterOptions = { synchronous, compression, chunkBytes: 1000 };
    Deno.test(`McapWriter writes a path and a file: URL, ${JSON.stringify(options)}`, async () => {
      await withPath(async (path) => {
        for (const [value, target] of [path, pathToFileURL(path)].entries()) {
          await writeFile(target, { ...options, overwrite: value > 0 }, value);
          const messages = messagesOf(await Deno.readFile(path));
          assertEquals(messages.map(({ data }) => data[99]), Array.from({ length: 100 }, (_, index) => value + index));
        }
      });
    });
  }
}

Deno.test("McapWriter.open() replaces a file only with the option overwrite", async () => {
  await withPath(async (path) => {
    await Deno.writeFile(path, noise(100_000));
    const error = await assertRejects(() => McapWriter.open(path), Error, `Cannot create ${path}: the file exists`);
    assertEquals((error as Error & { code?: string }).code, "EEXIST");
    assertEquals((await Deno.stat(path)).size, 100_000);
    await writeFile(path, { overwrite: true }, 0);
    assertEquals(messagesOf(await Deno.readFile(path)).length, 100);
  });
});

Deno.test("McapWriter.open() rejects for paths that cannot be written", async () => {
  await withPath(async (path) => {
    await assertRejects(() => McapWriter.open(`${path}/a.mcap`), Deno.errors.NotFound);
    await assertRejects(() => McapWriter.open(new URL("https://example.com/a.mcap")), TypeError, "only file: URLs");
  });
});

Deno.test("McapWriter writes a Deno.FsFile, and closes it", async () => {
  await withPath(async (path) => {
    const file = await Deno.open(path, { write: true, create: true });
    const writer = await McapWriter.open(file);
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
    writer.write({ channelId, logTime: 0n, data: noise(100_000) });
    await writer.flush();
    await writer.close();
    assertEquals(messagesOf(await Deno.readFile(path)).length, 1);
    await assertRejects(() => file.stat(), Deno.errors.BadResource);
  });
});

Deno.test("McapWriter writes a file with the permission to write it only", async () => {
  await withPath(async (path) => {
    const module = new URL("../../../src/mcap/mod.ts", import.meta.url).href;
    const code = `import { McapWriter } from ${JSON.stringify(module)};
      await using writer = await McapWriter.open(${JSON.stringify(path)});
      writer.write({ channelId: writer.addChannel({ topic: "", messageEncoding: "" }), logTime: 0n, data: new Uint8Array(9) });
      await writer.flush();`;
    await using program = new Program(
      `--allow-write=${path}`,
      `data:application/typescript,${encodeURIComponent(code)}`,
    );
    const { code: exitCode, stderr } = await program.ended();
    assertEquals([exitCode, stderr], [0, ""]);
    assertEquals(messagesOf(await Deno.readFile(path)).length, 1);
  });
});
