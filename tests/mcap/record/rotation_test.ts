// McapRecorder with several files: by size, by time, with a budget.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { pathToFileURL } from "node:url";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveServer } from "../../../mod.ts";
import { CLOCK } from "../../../src/clock.ts";
import { fileName } from "../../../src/mcap/record/file_name.ts";
import { McapRecorder } from "../../../src/mcap/record/recorder.ts";
import type { McapRecorderOptions } from "../../../src/mcap/record/recorder_options.ts";
import { RecordingError } from "../../../src/mcap/record/recording_error.ts";
import { TestClock } from "../../support/test_clock.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { noise, ofType, recordsOf } from "../writer/written.ts";
import { filesIn, ODOM, readRecorded, senderOn, withFolder } from "./recorded.ts";

const NOISE = noise(1000);

/** Records to a path, with a clock of its own. */
async function startRecording(target: string | URL, options: McapRecorderOptions) {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const recorder = await McapRecorder.open(target, { logger, ...options, [CLOCK]: clock } as McapRecorderOptions);
  const server = new FoxgloveServer({ name: "robot", logger: false });
  server.addSink(recorder);
  return { clock, lines, recorder, server };
}

/** Waits until a condition holds. The tests have no other way to learn that a file is complete. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Returns the size of a file; 0 if it was removed meanwhile. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/** Waits until the recorder has begun this many files, and has completed all but the last. */
async function begun(recorder: McapRecorder, files: number): Promise<void> {
  await until(() => recorder.stats.files === files);
  // The first flush() waits for the files that are being completed.
  await recorder.flush();
}

Deno.test("McapRecorder begins another file when the size is reached, and loses and repeats nothing", async () => {
  await withFolder(async (folder) => {
    const options = { maxFileBytes: 20_000, compression: "none" } as const;
    const { recorder, server } = await startRecording(`${folder}/drive.mcap`, options);
    const id = server.addChannel(ODOM);
    for (let index = 1; index <= 200; index++) {
      server.sendMessage(id, BigInt(index), NOISE);
      // Waits for the file before, because a third one is not begun earlier. Messages arrive while a file is created.
      if (index % 5 === 0) await recorder.flush();
      if (index % 25 === 0) await until(() => recorder.stats.files >= index / 25);
    }
    await server.close();
    const names = filesIn(folder);
    assertEquals(names, recorder.paths.map((path) => path.slice(folder.length + 1)));
    assertEquals(names.slice(0, 2), ["drive_0001.mcap", "drive_0002.mcap"]);
    assert(names.length >= 8, names.join());
    const files = recorder.paths.map(readRecorded);
    assertEquals(files.map(({ topics, isWhole }) => [topics, isWhole]), names.map(() => [["/odom"], true]));
    const times = files.flatMap(({ messages }) => messages.map((message) => Number(message.split(" ")[1])));
    assertEquals(times, Array.from({ length: 200 }, (_, index) => index + 1));
    const sizes = recorder.paths.map((path) => Deno.statSync(path).size);
    // Small chunks keep the size of a file near the limit.
    const chunks = recorder.paths.flatMap((path) => ofType(recordsOf(Deno.readFileSync(path)), "Chunk"));
    assert(Math.max(...chunks.map(({ uncompressedSize }) => uncompressedSize)) < 4000);
    const { files: count, fileBytes, removedFiles } = recorder.stats;
    assertEquals([count, fileBytes, removedFiles], [names.length, sizes.reduce((sum, size) => sum + size), 0]);
  });
});

Deno.test("McapRecorder begins another file after a time, unless the current one has no messages", async () => {
  await withFolder(async (folder) => {
    const { clock, recorder, server } = await startRecording(`${folder}/drive.mcap`, { maxFileSeconds: 60 });
    const send = senderOn(server, ODOM);
    for (let second = 0; second < 200; second++) {
      clock.advance(1000);
      if (second % 20 === 0) await recorder.flush();
    }
    assertEquals(recorder.stats.files, 1);
    send("first");
    clock.advance(1000);
    await begun(recorder, 2);
    send("second");
    for (let second = 0; second < 58; second++) clock.advance(1000);
    send("third");
    assertEquals(recorder.stats.files, 2);
    clock.advance(3000);
    await begun(recorder, 3);
    await server.close();
    assertEquals(recorder.paths.map(readRecorded).map(({ messages }) => messages.length), [1, 2, 0]);
  });
});

Deno.test("McapRecorder writes to the current file until the next one exists", async () => {
  await withFolder(async (folder) => {
    const { clock, recorder, server } = await startRecording(`${folder}/drive.mcap`, { maxFileSeconds: 1 });
    const send = senderOn(server, ODOM);
    send("1");
    clock.advance(1000);
    send("2");
    await recorder.flush();
    await begun(recorder, 2);
    send("3");
    await server.close();
    assertEquals(recorder.paths.map(readRecorded).map(({ messages }) => messages.length), [2, 1]);
  });
});

Deno.test("McapRecorder.close() does not leave the file behind that was being created", async () => {
  await withFolder(async (folder) => {
    const { clock, recorder, server } = await startRecording(`${folder}/drive.mcap`, { maxFileSeconds: 1 });
    senderOn(server, ODOM)("1");
    clock.advance(1000);
    await recorder.close();
    assertEquals([filesIn(folder), recorder.stats.files], [["drive_0001.mcap"], 1]);
    assertEquals(readRecorded(recorder.paths[0]!).isWhole, true);
    await server.close();
  });
});

Deno.test("McapRecorder repeats the latched messages at the start of each file", async () => {
  await withFolder(async (folder) => {
    const { clock, recorder, server } = await startRecording(`${folder}/drive.mcap`, { maxFileSeconds: 1 });
    const map = server.addChannel({ topic: "/map", encoding: "json", latch: { depth: 2 } });
    const removed = server.addChannel({ topic: "/removed", encoding: "json", latch: true });
    for (const [time, text] of [[1n, "1"], [2n, "2"], [3n, "3"]] as const) server.sendMessage(map, time, text);
    server.sendMessage(removed, 4n, "gone");
    server.removeChannel(removed);
    const odom = server.addChannel(ODOM);
    server.sendMessage(odom, 50n, "first");
    clock.advance(1000);
    await begun(recorder, 2);
    server.sendMessage(map, 51n, "4");
    server.sendMessage(odom, 52n, "second");
    clock.advance(1000);
    await begun(recorder, 3);
    await server.close();
    assertEquals(recorder.paths.map(readRecorded).map(({ messages }) => messages), [
      ["/map 50 1 1 1", "/map 50 2 2 2", "/map 50 3 3 3", "/removed 50 4 4 gone", "/odom 50 50 5 first"],
      ["/map 50 2 2 2", "/map 50 3 3 3", "/map 51 51 6 4", "/odom 52 52 7 second"],
      ["/map 52 3 3 3", "/map 52 51 6 4"],
    ]);
    assertEquals(recorder.stats.messages, 7);
  });
});

Deno.test("McapRecorder removes the oldest files, and stays within maxTotalBytes", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/drive_0003.mcap`, NOISE);
    const options = { maxTotalBytes: 100_000, compression: "none" } as const;
    const { recorder, server } = await startRecording(`${folder}/drive.mcap`, options);
    const id = server.addChannel(ODOM);
    const map = server.addChannel({ topic: "/map", encoding: "json", latch: true });
    let largest = 0;
    for (let index = 1; index <= 1000; index++) {
      server.sendMessage(id, BigInt(index), NOISE);
      // Its copies in all later files do not count as messages.
      if (index === 995) server.sendMessage(map, BigInt(index), "{}");
      if (index % 5 === 0) await recorder.flush();
      const sizes = filesIn(folder).filter((name) => name !== "drive_0003.mcap").map((name) =>
        sizeOf(`${folder}/${name}`)
      );
      largest = Math.max(largest, sizes.reduce((sum, size) => sum + size, 0));
    }
    await server.close();
    assert(largest <= 110_000 && largest > 80_000, `${largest}`);
    const { files, removedFiles, fileBytes } = recorder.stats;
    assert(removedFiles > 20 && files - removedFiles === recorder.paths.length, `${files} ${removedFiles}`);
    assert(fileBytes <= 100_000, `${fileBytes}`);
    // A file that existed before is neither overwritten nor removed.
    assertEquals(Deno.readFileSync(`${folder}/drive_0003.mcap`), NOISE);
    const times = recorder.paths.map(readRecorded).flatMap(({ messages }) =>
      messages.filter((each) => each.startsWith("/odom")).map((each) => each.split(" ")[1])
    );
    assertEquals(recorder.stats.messages - recorder.stats.removedMessages, times.length + 1);
    assertEquals(times, Array.from({ length: times.length }, (_, index) => `${1000 - times.length + index + 1}`));
  });
});

Deno.test("McapRecorder begins files by time if maxFileSeconds is set, unless one has half of maxTotalBytes", async () => {
  await withFolder(async (folder) => {
    const options = { maxFileSeconds: 10, maxTotalBytes: 100_000, compression: "none" } as const;
    const { clock, recorder, server } = await startRecording(`${folder}/drive.mcap`, options);
    const id = server.addChannel(ODOM);
    // More than an eighth, and less than half.
    for (let index = 1; index <= 40; index++) server.sendMessage(id, BigInt(index), NOISE);
    await recorder.flush();
    clock.advance(1000);
    await recorder.flush();
    assertEquals(recorder.stats.files, 1);
    clock.advance(9000);
    await begun(recorder, 2);
    for (let index = 1; index <= 60; index++) server.sendMessage(id, BigInt(index), NOISE);
    await begun(recorder, 3);
    await server.close();
  });
});

Deno.test("McapRecorder keeps its only file, even if that is larger than maxTotalBytes", async () => {
  await withFolder(async (folder) => {
    const { recorder, server } = await startRecording(`${folder}/drive.mcap`, { maxTotalBytes: 40_000 });
    server.sendMessage(server.addChannel(ODOM), 1n, noise(50_000));
    await server.close();
    assertEquals([filesIn(folder), recorder.stats.removedFiles], [["drive_0001.mcap"], 0]);
  });
});

Deno.test({
  name: "McapRecorder bounds what waits for two files, and begins no third, while the disk is too slow",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withFolder(async (folder) => {
      // A pipe without a reader: writing to it blocks.
      const pipe = `${folder}/drive_0001.mcap`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      const reading = Deno.open(pipe, { read: true });
      const { clock, lines, recorder, server } = await startRecording(`${folder}/drive.mcap`, {
        maxFileSeconds: 1,
        maxPendingBytes: 400_000,
        compression: "none",
        chunkBytes: 10_000,
        overwrite: true,
      });
      const reader = (await reading).readable;
      const id = server.addChannel(ODOM);
      const send = () => server.sendMessage(id, 1n, NOISE);
      for (let index = 0; index < 300; index++) send();
      clock.advance(1000);
      await until(() => recorder.stats.files === 2);
      let largest = 0;
      for (let index = 0; index < 300; index++) {
        send();
        largest = Math.max(largest, recorder.stats.pendingBytes);
      }
      assert(largest > 350_000 && largest < 420_000, `${largest}`);
      const { drops } = recorder.stats;
      assert(drops > 50, `${drops}`);
      await until(() => recorder.stats.pendingBytes < 350_000);
      for (let second = 0; second < 20; second++) {
        clock.advance(1000);
        send();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assertEquals([recorder.stats.files, recorder.stats.drops], [2, drops]);

      // A pipe cannot be synchronized, so the first file fails when all is read.
      for await (const _bytes of reader);
      await until(() => lines.some((line) => line.startsWith(`error: Cannot write "${pipe}"`)));
      send();
      assertEquals(recorder.stats.drops > drops, true);
      await assertRejects(() => recorder.close(), RecordingError, `Cannot write "${pipe}"`);
      assertEquals(readRecorded(`${folder}/drive_0002.mcap`).isWhole, true);
      await server.close();
    });
  },
});

Deno.test("McapRecorder stays in its file while another one cannot be created, and says so", async () => {
  await withFolder(async (folder) => {
    const inner = `${folder}/inner`;
    await Deno.mkdir(inner);
    const { clock, lines, recorder, server } = await startRecording(`${inner}/a.mcap`, { maxFileSeconds: 1 });
    const send = senderOn(server, ODOM);
    send("1");
    await Deno.rename(inner, `${folder}/moved`);
    clock.advance(1000);
    await until(() => lines.length > 0);
    assertEquals(lines.map((line) => line.slice(0, 75)), [
      `error: Cannot begin another file of the recording "${inner}/a.mcap": `.slice(0, 75),
    ]);
    send("2");
    for (let second = 0; second < 9; second++) clock.advance(1000);
    await recorder.flush();
    await Deno.rename(`${folder}/moved`, inner);
    assertEquals([lines.length, recorder.stats.files], [1, 1]);
    clock.advance(1000);
    await begun(recorder, 2);
    await server.close();
    assertEquals(recorder.paths.map(readRecorded).map(({ messages }) => messages.length), [2, 0]);
  });
});

Deno.test("McapRecorder puts the number and the time of a file into its name", async () => {
  await withFolder(async (folder) => {
    const urls = ["{time}.mcap", "b-{number}", "c.mcap"].map((name) => pathToFileURL(`${folder}/${name}`));
    for (const target of [`${folder}/a {time}.mcap`, ...urls]) {
      const recorder = await McapRecorder.open(target);
      await recorder.close();
      assertEquals(recorder.paths.length, 1);
    }
    const names = filesIn(folder);
    assertEquals(/^20\d\d-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.mcap$/.test(names[0]!), true, names[0]);
    assertEquals(/^a 20\d\d-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.mcap$/.test(names[1]!), true, names[1]);
    assertEquals(names.slice(2), ["b-0001", "c.mcap"]);
  });
});

Deno.test("fileName() puts the number before the extension", () => {
  const date = new Date(0);
  assertEquals(
    ["a.mcap", "dir.1/a", "dir.1\\a", "a", ".mcap", "a-{number}-{number}", "{time}"].map((path) =>
      fileName(path, 12_345, date, true)
    ),
    [
      "a_12345.mcap",
      "dir.1/a_12345",
      "dir.1\\a_12345",
      "a_12345",
      "_12345.mcap",
      "a-12345-12345",
      "1970-01-01T00-00-00.000Z",
    ],
  );
  assertEquals(fileName("a.mcap", 1, date, false), "a.mcap");
});
