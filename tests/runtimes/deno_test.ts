// The conformance suite in Deno itself.

import { runCase } from "./conformance.ts";
import { Harness } from "./harness.ts";
import { runAll } from "./runner.ts";

Deno.test("FoxgloveClient passes all cases in Deno", async (t) => {
  await using harness = new Harness();
  await runAll(t, (name) => runCase(name, harness.origin));
});
