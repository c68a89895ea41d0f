// The model part: compares the server with its model, with more sequences than the tests have time for.

import { findMismatch } from "../tests/model/compare.ts";
import type { Budget, Outcome } from "./finding.ts";

/** Runs sequences until the time is up or server and model differ. */
export async function fuzzModel({ seed, untilMs }: Budget): Promise<Outcome> {
  let tried = 0;
  while (performance.now() < untilMs) {
    const found = await findMismatch((seed + tried) >>> 0);
    tried += 1;
    if (!found) continue;
    const { operations, reason } = found;
    return {
      summary: summary(tried),
      finding: { seed: found.seed, reason, reproduction: { part: "model", operations } },
    };
  }
  return { summary: summary(tried) };
}

function summary(tried: number): string {
  return `model: ${tried.toLocaleString("en")} sequences`;
}
