// testWithPython(): a test that needs packages from PyPI.

import { explainMissing } from "../../tools/peers.ts";

const IS_REQUIRED = Deno.env.get("CI") === "true";

/** Adds a test. If one of the packages is missing, it is skipped, with the reason in its name. In CI it fails then. */
export function testWithPython(name: string, packages: readonly string[], fn: () => Promise<void>): void {
  const missing = explainMissing("python", ...packages);
  const isSkipped = missing !== undefined && !IS_REQUIRED;
  Deno.test({
    name: isSkipped ? `${name} (skipped: ${missing})` : name,
    ignore: isSkipped,
    async fn() {
      if (missing !== undefined) throw new Error(`Cannot run the test: ${missing}`);
      await fn();
    },
  });
}
