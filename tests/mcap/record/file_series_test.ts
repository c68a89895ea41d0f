// FileSeries: the order of the files of a recording.

import { assertEquals } from "@std/assert/equals";
import { FileSeries } from "../../../src/mcap/record/file_series.ts";
import { resolveRecorderOptions } from "../../../src/mcap/record/recorder_options.ts";
import { withFolder } from "./recorded.ts";

Deno.test("FileSeries lists files in the order in which they were begun, whatever order they are completed in", async () => {
  await withFolder(async (folder) => {
    const options = resolveRecorderOptions({ maxTotalBytes: 40_000, logger: false });
    const series = new FileSeries(`${folder}/drive.mcap`, options);
    const files = [];
    for (let index = 0; index < 3; index++) files.push(await series.open(() => {}));
    for (const index of [1, 2, 0]) {
      await files[index]!.writer.close();
      series.finish(files[index]!);
    }
    assertEquals(series.finishedPaths, files.map(({ path }) => path));
    await series.removeOldest(40_000);
    assertEquals([series.finishedPaths, [...Deno.readDirSync(folder)]], [[], []]);
  });
});

Deno.test("FileSeries removes the oldest file first", async () => {
  await withFolder(async (folder) => {
    const options = resolveRecorderOptions({ maxTotalBytes: 40_000, logger: false });
    const series = new FileSeries(`${folder}/drive.mcap`, options);
    const [first, second] = [await series.open(() => {}), await series.open(() => {})];
    for (const file of [second, first]) {
      await file.writer.close();
      series.finish(file);
    }
    await series.removeOldest(40_000 - second.writer.stats.fileBytes);
    assertEquals(series.finishedPaths, [second.path]);
  });
});
