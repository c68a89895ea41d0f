// The server against its model: random operations of an owner and several clients.

import { asTest, disagreement } from "./agreement.ts";

const SEEDS = 120;
const GROUPS = 4;

for (let group = 0; group < GROUPS; group++) {
  const first = group * SEEDS / GROUPS;
  Deno.test(`FoxgloveServer does what its model does, with seeds from ${first}`, async () => {
    for (let seed = first; seed < first + SEEDS / GROUPS; seed++) {
      const found = await disagreement(seed);
      if (found) throw new Error(`${found.why}\n\n${asTest(found)}`);
    }
  });
}
