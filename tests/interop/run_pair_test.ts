// compareResult(): an outdated list of known issues is an error.

import { assertThrows } from "@std/assert/throws";
import type { KnownIssue } from "./pairs.ts";
import type { Result } from "./scenario.ts";
import { compareResult } from "./run_pair.ts";

const FAILED: Result = { failed: new Error("Nothing received") };
const DEFECT: KnownIssue = { defect: "sends nothing", error: /Nothing/ };
const NOT_SUPPORTED: KnownIssue = { notSupported: "lacks the feature" };

Deno.test("compare() accepts what is expected", () => {
  compareResult("scenario", "pass", undefined);
  compareResult("scenario", FAILED, DEFECT);
  compareResult("scenario", { notSupported: true }, NOT_SUPPORTED);
});

const unexpected: { result: Result; expected: KnownIssue | undefined; error: string }[] = [
  { result: FAILED, expected: undefined, error: "Nothing received" },
  { result: { notSupported: true }, expected: undefined, error: "scenario: not supported, but expected to pass" },
  { result: "pass", expected: DEFECT, error: 'scenario: passes, but is listed as "sends nothing"' },
  { result: { failed: new Error("Broken") }, expected: DEFECT, error: "Broken" },
  { result: { notSupported: true }, expected: DEFECT, error: "scenario: not supported, but listed as a defect" },
  { result: "pass", expected: NOT_SUPPORTED, error: 'scenario: passes, but is listed as "lacks the feature"' },
  { result: FAILED, expected: NOT_SUPPORTED, error: "Nothing received" },
];

for (const { result, expected, error } of unexpected) {
  const issue = expected ? Object.keys(expected)[0] : "pass";
  Deno.test(`compareResult() of ${JSON.stringify(result)} with "${issue}" throws "${error}"`, () => {
    assertThrows(() => compareResult("scenario", result, expected), Error, error);
  });
}
