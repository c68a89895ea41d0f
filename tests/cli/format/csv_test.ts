// csvLine(): a line of comma-separated values.

import { assertEquals } from "@std/assert/equals";
import { csvLine } from "../../../src/cli/format/csv.ts";

Deno.test("csvLine() quotes cells that need it", () => {
  assertEquals(csvLine(["a", "a,b", 'say "a"', "a\nb", " a"]), 'a,"a,b","say ""a""","a\nb"," a"');
});

Deno.test("csvLine() leaves absent values empty, and writes lists as JSON and bytes as base64", () => {
  assertEquals(csvLine([undefined, null, 1n, true, [1, 2n], new Uint8Array([1])]), ',,1,true,"[1,""2""]",AQ==');
});
