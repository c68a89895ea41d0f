// Runs the interop matrix, and writes docs/interop.md if all results are as expected.

import { CELLS, titleOf } from "../tests/interop/cells.ts";
import { toPage } from "../tests/interop/page.ts";
import { missingFor, playCell } from "../tests/interop/play_cell.ts";
import { PYTHON } from "./peers.ts";

const PAGE = `${import.meta.dirname}/../docs/interop.md`;

const problems: string[] = [];
for (const cell of CELLS) {
  const missing = missingFor(cell);
  console.log(titleOf(cell));
  if (missing !== undefined) {
    problems.push(`${titleOf(cell)}: ${missing}`);
    continue;
  }
  await playCell(cell, async (name, check) => {
    try {
      await check();
      console.log(`  ${name}: as expected`);
    } catch (error) {
      console.log(`  ${name}: otherwise`);
      problems.push(`${titleOf(cell)}: ${name}: ${error}`);
    }
  });
}
if (problems.length > 0) {
  console.error(`docs/interop.md is left as it is:\n${problems.join("\n")}`);
  Deno.exit(1);
}
await Deno.writeTextFile(PAGE, toPage(await playedOn()));
await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE] }).spawn().status;
console.log("Wrote docs/interop.md");

async function playedOn(): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  const runtimes = [`Deno ${Deno.version.deno}`, `Node ${await version("node")}`, await version(PYTHON)];
  return `Played on ${date} by \`deno task interop\`, with ${runtimes.join(", ")}.`;
}

/** The version that a program prints. */
async function version(program: string): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim().replace(/^v/, "");
}
