// Compares the server with its model: random operations of a program and several clients.

import { asTest, findMismatch } from "./compare.ts";

const SEEDS = 120;
const GROUPS = 4;

for (let group = 0; group < GROUPS; group++) {
  const first = group * SEEDS / GROUPS;
  Deno.test(`FoxgloveServer behaves like its model, with seeds from ${first}`, async () => {
    for (let seed = first; seed < first + SEEDS / GROUPS; seed++) {
      const found = await findMismatch(seed);
      if (found) throw new Error(`${found.reason}\n\n${asTest(found)}`);
    }
  });
}
