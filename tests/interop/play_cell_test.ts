// The list of exceptions cannot go stale: whatever goes otherwise than it says is an error.

import { assertThrows } from "@std/assert/throws";
import type { Exception } from "./cells.ts";
import type { Outcome } from "./meeting.ts";
import { compare } from "./play_cell.ts";

const FAILED: Outcome = { failed: new Error("Nothing came") };
const DEFECT: Exception = { defect: "says nothing", seen: /Nothing/ };
const NOT_SUPPORTED: Exception = { notSupported: "has no such thing" };

Deno.test("compare() accepts what is expected", () => {
  compare("case", "pass", undefined);
  compare("case", FAILED, DEFECT);
  compare("case", { notSupported: true }, NOT_SUPPORTED);
});

const otherwise: { outcome: Outcome; expected: Exception | undefined; error: string }[] = [
  { outcome: FAILED, expected: undefined, error: "Nothing came" },
  { outcome: { notSupported: true }, expected: undefined, error: "case: not supported, but expected to pass" },
  { outcome: "pass", expected: DEFECT, error: 'case: passes, but is listed as "says nothing"' },
  { outcome: { failed: new Error("Broken") }, expected: DEFECT, error: "Broken" },
  { outcome: { notSupported: true }, expected: DEFECT, error: "case: not supported, but listed as a defect" },
  { outcome: "pass", expected: NOT_SUPPORTED, error: 'case: passes, but is listed as "has no such thing"' },
  { outcome: FAILED, expected: NOT_SUPPORTED, error: "Nothing came" },
];

for (const { outcome, expected, error } of otherwise) {
  const what = expected ? Object.keys(expected)[0] : "pass";
  Deno.test(`compare() of ${JSON.stringify(outcome)} with "${what}" throws "${error}"`, () => {
    assertThrows(() => compare("case", outcome, expected), Error, error);
  });
}
