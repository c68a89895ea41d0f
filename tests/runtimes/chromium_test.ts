// The conformance suite in a browser.

import { Chromium } from "../support/chromium.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { CASES } from "./conformance.ts";
import { Harness } from "./harness.ts";
import { runAll } from "./runner.ts";

testWith(CHROMIUM, "FoxgloveClient passes all cases in Chromium", async (t, path) => {
  await using harness = new Harness();
  await using browser = await Chromium.launch(path);
  const page = await browser.open(harness.origin);
  await runAll(t, CASES, (name) => {
    const call = `runCase(${JSON.stringify(name)}, location.origin)`;
    return page.evaluate(`import("/tests/runtimes/conformance.ts").then(({ runCase }) => ${call})`);
  });
});
