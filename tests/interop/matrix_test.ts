// The matrix: runs all scenarios for each pair of our server or client with another implementation.

import { testUnless } from "../support/needed_programs.ts";
import { TRANSPORT } from "../support/transport.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { PAIRS, titleOf } from "./pairs.ts";
import { missingPrograms, runPair } from "./run_pair.ts";
import { OUR_SERVER } from "./server_driver.ts";

/** The pairs with other servers do not depend on the transport, so they run only with the first one. */
const TESTED_PAIRS = TRANSPORT === TRANSPORTS[0] ? PAIRS : PAIRS.filter(({ server }) => server === OUR_SERVER);

for (const pair of TESTED_PAIRS) {
  testUnless(missingPrograms(pair), titleOf(pair), async (test) => {
    await runPair(pair, async (name, check) => void await test.step(name, check));
  });
}
