// The conformance suite in Deno itself.

import { CASES, runCase } from "./conformance.ts";
import { Harness } from "./harness.ts";
import { runAll } from "./runner.ts";

Deno.test("FoxgloveClient passes all cases in Deno", async (t) => {
  await using harness = new Harness();
  await runAll(t, CASES, (name) => runCase(name, harness.origin));
});
