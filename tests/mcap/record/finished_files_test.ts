// McapRecorder and the memory of its complete files.

import { assertEquals } from "@std/assert/equals";
import v8 from "node:v8";
import vm from "node:vm";
import { FoxgloveServer } from "../../../mod.ts";
import { CLOCK } from "../../../src/clock.ts";
import { McapRecorder } from "../../../src/mcap/record/recorder.ts";
import type { McapRecorderOptions } from "../../../src/mcap/record/recorder_options.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { TestClock } from "../../support/test_clock.ts";
import { ODOM, senderOn, withFolder } from "./recorded.ts";

const FILES = 6;

/** Frees all memory that is not used. */
function collectGarbage(): void {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
}

/** Runs `run` with a list that gets a reference to each new writer. */
async function withWriters(run: (writers: readonly WeakRef<McapWriter>[]) => Promise<void>): Promise<void> {
  const writers: WeakRef<McapWriter>[] = [];
  const { open } = McapWriter;
  McapWriter.open = async (...args) => {
    const writer = await open.apply(McapWriter, args);
    writers.push(new WeakRef(writer));
    return writer;
  };
  try {
    await run(writers);
  } finally {
    McapWriter.open = open;
  }
}

Deno.test("McapRecorder keeps the paths and sizes of complete files, but not their writers", async () => {
  await withFolder(async (folder) => {
    await withWriters(async (writers) => {
      const clock = new TestClock();
      const options = { maxFileSeconds: 1, logger: false, [CLOCK]: clock } as McapRecorderOptions;
      const recorder = await McapRecorder.open(`${folder}/drive.mcap`, options);
      const server = new FoxgloveServer({ name: "robot", logger: false });
      server.addSink(recorder);
      const send = senderOn(server, ODOM);
      for (let count = 1; count < FILES; count++) {
        send("text");
        clock.advance(1000);
        while (recorder.stats.files === count) await new Promise((resolve) => setTimeout(resolve, 1));
        // Waits for the files that are being completed.
        await recorder.flush();
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
      collectGarbage();
      assertEquals([writers.length, writers.filter((writer) => writer.deref()).length], [FILES, 1]);
      await server.close();
      const { paths, stats } = recorder;
      const sizes = paths.map((path) => Deno.statSync(path).size);
      assertEquals([paths.length, stats.fileBytes], [FILES, sizes.reduce((sum, size) => sum + size)]);
    });
  });
});
