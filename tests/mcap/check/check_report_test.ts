// Findings: the list of faults.

import { assertEquals } from "@std/assert/equals";
import { Findings } from "../../../src/mcap/check/check_report.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";

Deno.test("Findings.addError() keeps the place in a chunk, also if it begins with the digits of the chunk's", () => {
  const findings = new Findings();
  const error = new McapError("a length", "5", 361);
  findings.addError(error);
  findings.addError(McapError.inChunk(error, 36));
  assertEquals(findings.list, [
    { offset: 361, problem: "expected a length, found 5" },
    { offset: 36, problem: "expected a length, found 5 at byte 361 in the chunk" },
  ]);
});
