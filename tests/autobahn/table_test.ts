// formatTable(): widths and alignment.

import { assertEquals } from "@std/assert/equals";
import { formatTable } from "./table.ts";

Deno.test("formatTable() aligns names to the left and numbers to the right", () => {
  const rows = [["group", "cases", "OK"], ["1 Framing", "16", "7"], ["all", "301", "299"]];
  assertEquals(formatTable(rows).split("\n"), [
    "| group     | cases |  OK |",
    "| --------- | ----: | --: |",
    "| 1 Framing |    16 |   7 |",
    "| all       |   301 | 299 |",
  ]);
});
