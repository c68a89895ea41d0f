// runAll(): cases as the steps of one test.

import { within } from "../support/events.ts";

/** Runs every case as a step of `t`. `run` takes the name of a case and returns its error, or `""`. */
export async function runAll(
  t: Deno.TestContext,
  cases: Readonly<Record<string, unknown>>,
  run: (name: string) => Promise<string>,
): Promise<void> {
  for (const name of Object.keys(cases)) {
    await t.step(name, async () => {
      const error = await within(run(name), `the end of "${name}"`);
      if (error !== "") throw new Error(error);
    });
  }
}
