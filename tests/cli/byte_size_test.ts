// parseByteSize(): sizes on the command line.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { parseByteSize } from "../../src/cli/byte_size.ts";
import { Failure } from "../../src/cli/failure.ts";

Deno.test("parseByteSize() reads numbers with and without a unit", () => {
  const texts = ["4096", "1k", "500M", "1.5G", "2T", "20KiB", "3mb", " 7 "];
  assertEquals(texts.map((text) => parseByteSize("size", text)), [
    4096,
    1024,
    500 * 1024 ** 2,
    1.5 * 1024 ** 3,
    2 * 1024 ** 4,
    20_480,
    3 * 1024 ** 2,
    7,
  ]);
});

for (const text of ["", "0", "-1", "much", "5X", "1.5.2", "0.5", "1 000", "M"]) {
  Deno.test(`parseByteSize() rejects "${text}"`, () => {
    const { exitCode, message } = assertThrows(() => parseByteSize("size", text), Failure);
    assertEquals([exitCode, message], [2, `--size requires a size such as 500M or 2G, not "${text}"`]);
  });
}
