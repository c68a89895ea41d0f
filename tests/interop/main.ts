// Runs the interop matrix, and writes docs/interop.md if all results are as expected.

import { PAIRS, titleOf } from "./pairs.ts";
import { toPage } from "./page.ts";
import { missingPrograms, runPair } from "./run_pair.ts";
import { PYTHON } from "../../tools/peers.ts";

const PAGE = `${import.meta.dirname}/../../docs/interop.md`;

const problems: string[] = [];
for (const pair of PAIRS) {
  const missing = missingPrograms(pair);
  console.log(titleOf(pair));
  if (missing !== undefined) {
    problems.push(`${titleOf(pair)}: ${missing}`);
    continue;
  }
  await runPair(pair, async (name, check) => {
    try {
      await check();
      console.log(`  ${name}: as expected`);
    } catch (error) {
      console.log(`  ${name}: not as expected`);
      problems.push(`${titleOf(pair)}: ${name}: ${error}`);
    }
  });
}
if (problems.length > 0) {
  console.error(`Cannot update docs/interop.md: some results are not as expected\n${problems.join("\n")}`);
  Deno.exit(1);
}
await Deno.writeTextFile(PAGE, toPage(await describeRun()));
await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE] }).spawn().status;
console.log("Wrote docs/interop.md");

/** Returns the line of the page with the date and the runtimes. */
async function describeRun(): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  const runtimes = [`Deno ${Deno.version.deno}`, `Node ${await version("node")}`, await version(PYTHON)];
  return `Last run: ${date}, by \`deno task interop\`, with ${runtimes.join(", ")}.`;
}

/** Returns the version that a program prints. */
async function version(program: string): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim().replace(/^v/, "");
}
