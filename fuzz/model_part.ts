// The model part: more sequences for the server and its model than there is time for in the tests.

import { disagreement } from "../tests/model/agreement.ts";
import type { Budget, Outcome } from "./finding.ts";

/** Runs sequences until the time is up, or until server and model differ. */
export async function fuzzModel({ seed, untilMs }: Budget): Promise<Outcome> {
  let tried = 0;
  while (performance.now() < untilMs) {
    const found = await disagreement((seed + tried) >>> 0);
    tried += 1;
    if (!found) continue;
    const { operations, why } = found;
    return { summary: summary(tried), finding: { seed: found.seed, why, reproduction: { part: "model", operations } } };
  }
  return { summary: summary(tried) };
}

function summary(tried: number): string {
  return `model: ${tried.toLocaleString("en")} sequences`;
}
