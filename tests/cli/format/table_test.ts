// tableLines(): tables in plain text.

import { assertEquals } from "@std/assert/equals";
import { tableLines } from "../../../src/cli/format/table.ts";

Deno.test("tableLines() aligns columns", () => {
  assertEquals(tableLines({ header: ["TOPIC", "HZ"], rows: [["/a", "5"], ["/longer", "12.5"]], right: [1] }), [
    "TOPIC      HZ",
    "/a          5",
    "/longer  12.5",
  ]);
});

Deno.test("tableLines() shortens the first column to the given width, but keeps its end", () => {
  const rows = [["/robots/seven/arm/joint_states", "5"], ["/a", "12.5"]];
  assertEquals(tableLines({ header: ["TOPIC", "HZ"], rows, right: [1], columns: 24 }), [
    "TOPIC                 HZ",
    "…/arm/joint_states     5",
    "/a                  12.5",
  ]);
});

Deno.test("tableLines() replaces control characters, because servers choose the names", () => {
  assertEquals(tableLines({ header: ["TOPIC"], rows: [["/a\x1b[2J\n/b"]] })[1], "/a\ufffd[2J\ufffd/b");
});
