// Runner: the cases of the conformance suite as the steps of one test.

import { within } from "../support/events.ts";
import { CASES } from "./conformance.ts";

/** Runs every case as a step of `t`. `run` is given its name, and returns what went wrong, or `""`. */
export async function runAll(t: Deno.TestContext, run: (name: string) => Promise<string>): Promise<void> {
  for (const name of Object.keys(CASES)) {
    await t.step(name, async () => {
      const wrong = await within(run(name), `the end of "${name}"`);
      if (wrong !== "") throw new Error(wrong);
    });
  }
}
