// npm's @mcap/core and PyPI's mcap read what McapWriter writes, by its indexes and from the start.

import { assertEquals } from "@std/assert/equals";
import { testWithPython } from "../../interop/test_with_python.ts";
import { readIndexed, readStream, testWithNpm } from "./npm_mcap.ts";
import { type OracleFile, oracleFiles } from "./oracle_files.ts";
import { readWithPython } from "./python_mcap.ts";
import { chunkRecords, ofType, recordAt, recordsOf } from "./written.ts";

for (const compression of ["none", "zstd"] as const) {
  testWithNpm(`npm's @mcap/core reads what McapWriter writes, compression "${compression}"`, async () => {
    for (const { name, bytes, findings } of await oracleFiles({ compression })) {
      assertEquals({ name, ...await readIndexed(bytes) }, { name, ...findings });
      assertEquals({ name, ...readStream(bytes) }, { name, messages: findings.messages, isWhole: true });
    }
  });

  testWithPython(`PyPI's mcap reads what McapWriter writes, compression "${compression}"`, ["mcap"], async () => {
    const files = await oracleFiles({ compression });
    assertEquals(await readAll("seeking", files), files.map(({ name, findings }) => ({ name, ...findings })));
    assertEquals(
      await readAll("streaming", files),
      files.map(({ name, findings }) => ({ name, messages: findings.messages })),
    );
  });
}

async function readAll(how: "seeking" | "streaming", files: readonly OracleFile[]): Promise<object[]> {
  const found = await readWithPython(how, files.map(({ bytes }) => bytes));
  return files.map(({ name }, index) => ({ name, ...found[index] }));
}

testWithNpm("a file that is cut anywhere keeps all chunks before the cut", async () => {
  for (const compression of ["none", "zstd"] as const) {
    const file = (await oracleFiles({ compression })).find(({ name }) => name === "flushed")!;
    let messageCount = 0;
    const chunks = ofType(recordsOf(file.bytes), "ChunkIndex").map((index) => {
      const chunk = recordAt(file.bytes, "Chunk", index.chunkStartOffset);
      messageCount += ofType(chunkRecords(chunk), "Message").length;
      return { end: index.chunkStartOffset + index.chunkLength, messageCount };
    });
    assertEquals([chunks.length > 4, messageCount], [true, file.findings.messages.length]);
    for (let end = 0; end < file.bytes.length; end++) {
      const { messages, isWhole } = readStream(file.bytes.subarray(0, end));
      const count = chunks.findLast((chunk) => chunk.end <= end)?.messageCount ?? 0;
      assertEquals([end, isWhole, messages.length, messages.at(-1)], [
        end,
        false,
        count,
        file.findings.messages[count - 1],
      ]);
    }
  }
});
