// The report of Autobahn: outcomes, counts, missing cases and texts.

import { assertEquals } from "@std/assert/equals";
import { GROUPS } from "./groups.ts";
import { type CaseResult, countOutcomes, describeCase, findMissing, readIndex } from "./report.ts";

/** Returns an index in which the cases of the agent `ours` have these verdicts. */
function indexOf(verdicts: Record<string, [behavior: string, close: string]>): string {
  const entries = Object.entries(verdicts).map(([id, [behavior, behaviorClose]]) => {
    return [id, { behavior, behaviorClose, reportfile: `ours_case_${id}.json`, duration: 1, remoteCloseCode: 1000 }];
  });
  return JSON.stringify({ ours: Object.fromEntries(entries), other: {} });
}

/** Returns results that are all OK. */
function passed(...ids: string[]): CaseResult[] {
  return ids.map((id) => ({ id, outcome: "OK", verdicts: ["OK", "OK"], file: "" }));
}

Deno.test("readIndex() sorts cases by number, and reads the outcomes that are not failures", () => {
  const results = readIndex(
    indexOf({
      "10.1.1": ["OK", "OK"],
      "1.1.10": ["NON-STRICT", "OK"],
      "1.1.9": ["INFORMATIONAL", "INFORMATIONAL"],
      "2.1": ["UNIMPLEMENTED", "OK"],
    }),
    "ours",
  );
  assertEquals(results.map(({ id, outcome }) => `${id} ${outcome}`), [
    "1.1.9 informational",
    "1.1.10 non-strict",
    "2.1 unimplemented",
    "10.1.1 OK",
  ]);
  assertEquals(results[2]?.file, "ours_case_2.1.json");
});

for (
  const [behavior, close] of [
    ["FAILED", "OK"],
    ["OK", "FAILED"],
    ["OK", "WRONG CODE"],
    ["INFORMATIONAL", "UNCLEAN"],
    ["OK", "FAILED BY CLIENT"],
    ["ANYTHING", "OK"],
    ["OK", "ANYTHING"],
  ] as const
) {
  Deno.test(`readIndex() reads ${behavior} with the close ${close} as a failure`, () => {
    const [result] = readIndex(indexOf({ "1.1": [behavior, close] }), "ours");
    assertEquals(result?.outcome, "failed");
  });
}

Deno.test("readIndex() returns nothing if Autobahn could not connect", () => {
  assertEquals(readIndex("{}", "ours"), []);
});

Deno.test("countOutcomes() counts the cases of each group and of all groups", () => {
  const results = readIndex(
    indexOf({ "1.1": ["OK", "OK"], "1.2": ["NON-STRICT", "OK"], "10.1": ["OK", "UNCLEAN"], "2.1": ["OK", "OK"] }),
    "ours",
  );
  const groups = GROUPS.filter(({ number }) => number === 1 || number === 10);
  assertEquals(countOutcomes(groups, results), [
    ["group", "cases", "OK", "non-strict", "informational", "unimplemented", "failed"],
    ["1 Framing", "2", "1", "1", "0", "0", "0"],
    ["10 Fragments sent automatically", "1", "0", "0", "0", "0", "1"],
    ["all", "3", "1", "1", "0", "0", "1"],
  ]);
});

Deno.test("findMissing() names the groups that are not complete", () => {
  const groups = [{ number: 1, title: "", cases: 2 }, { number: 2, title: "", cases: 1 }];
  assertEquals(findMissing(groups, passed("1.1", "1.2", "2.1")), []);
  assertEquals(findMissing(groups, passed("1.1", "2.1")), ["Group 1: 1 of 2 cases were reported"]);
  assertEquals(findMissing(groups, passed("1.1", "1.2")), ["Group 2: 0 of 1 cases were reported"]);
});

Deno.test("describeCase() returns Autobahn's texts without HTML and line breaks", () => {
  const [result] = readIndex(indexOf({ "6.4.1": ["OK", "UNCLEAN"] }), "ours");
  const details = { description: "Send text.<br><br>PARTS:\none", result: "As expected.", resultClose: "Dropped" };
  assertEquals(
    describeCase(result!, JSON.stringify(details)),
    "6.4.1 failed: Send text. PARTS: one: As expected. (OK); Dropped (UNCLEAN)",
  );
});
