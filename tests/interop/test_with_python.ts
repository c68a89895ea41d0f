// testWithPython(): a test that needs packages from PyPI.

import { explainMissing } from "../../tools/peers.ts";
import { testUnless } from "../support/needed_programs.ts";

/** Adds a test. If one of the packages is missing, it is skipped, with the reason in its name. In CI it fails then. */
export function testWithPython(name: string, packages: readonly string[], fn: () => Promise<void>): void {
  testUnless(explainMissing("python", ...packages), name, fn);
}
