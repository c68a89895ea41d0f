// The matrix: runs all scenarios for each pair of our server or client with another implementation.

import { TRANSPORT } from "../support/transport.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { type Pair, PAIRS, titleOf } from "./pairs.ts";
import { missingPrograms, runPair } from "./run_pair.ts";
import { OUR_SERVER } from "./server_driver.ts";

/** In CI, a missing program is a failure. */
const IS_REQUIRED = Deno.env.get("CI") === "true";

/** The pairs with other servers do not depend on the transport, so they run only with the first one. */
const TESTED_PAIRS = TRANSPORT === TRANSPORTS[0] ? PAIRS : PAIRS.filter(({ server }) => server === OUR_SERVER);

for (const pair of TESTED_PAIRS) {
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
