// The matrix: our server and our client with those that others wrote, all playing the same cases.

import { type Cell, CELLS, titleOf } from "./cells.ts";
import { missingFor, playCell } from "./play_cell.ts";

/** There, what is not installed is a failure. */
const IS_REQUIRED = Deno.env.get("CI") === "true";

for (const cell of CELLS) {
  const missing = missingFor(cell);
  Deno.test({
    name: missing === undefined ? titleOf(cell) : `${titleOf(cell)} (needs \`deno task peers\`)`,
    ignore: missing !== undefined && !IS_REQUIRED,
    fn: (test) => meet(cell, test),
  });
}

async function meet(cell: Cell, test: Deno.TestContext): Promise<void> {
  const missing = missingFor(cell);
  if (missing !== undefined) throw new Error(`Cannot meet: ${missing}`);
  await playCell(cell, async (name, check) => void await test.step(name, check));
}
