// The matrix: runs all scenarios for each pair of our server or client with another implementation.

import { type Pair, PAIRS, titleOf } from "./pairs.ts";
import { missingPrograms, runPair } from "./run_pair.ts";

/** In CI, a missing program is a failure. */
const IS_REQUIRED = Deno.env.get("CI") === "true";

for (const pair of PAIRS) {
  const missing = missingPrograms(pair);
  Deno.test({
    name: missing === undefined ? titleOf(pair) : `${titleOf(pair)} (needs \`deno task peers\`)`,
    ignore: missing !== undefined && !IS_REQUIRED,
    fn: (test) => runTest(pair, test),
  });
}

async function runTest(pair: Pair, test: Deno.TestContext): Promise<void> {
  const missing = missingPrograms(pair);
  if (missing !== undefined) throw new Error(`Cannot run the scenarios: ${missing}`);
  await runPair(pair, async (name, check) => void await test.step(name, check));
}
