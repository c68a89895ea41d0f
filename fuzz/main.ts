// The fuzzer: seeded inputs that are nearly right, against the codec and against live servers. `--help` lists its options.
//
// Ends with a line that says how much was tried, and with exit code 1 if anything was found.

import { fuzzCodec } from "./codec_part.ts";
import type { Budget, Finding, Outcome } from "./finding.ts";
import { fuzzLive } from "./live_part.ts";
import { fuzzModel } from "./model_part.ts";
import { type Part, readOptions } from "./options.ts";

const FINDINGS = new URL("./findings/", import.meta.url);

const RUNS: Record<Part, (budget: Budget) => Promise<Outcome>> = {
  codec: fuzzCodec,
  model: fuzzModel,
  live: fuzzLive,
};

const options = readOptions(Deno.args);
if ("help" in options) {
  console[options.isMistake ? "error" : "log"](options.help);
  Deno.exit(options.isMistake ? 2 : 0);
}
const { seed, parts, totalMs } = options;
console.log(`seed ${seed}`);
const summaries: string[] = [];
const findings: Finding[] = [];
for (const part of parts) {
  const { summary, finding } = await RUNS[part]({ seed, untilMs: performance.now() + totalMs / parts.length });
  summaries.push(summary);
  if (!finding) continue;
  findings.push(finding);
  report(part, finding);
}
console.log(`fuzz: seed ${seed}: ${summaries.join("; ")}: ${findings.length || "no"} findings`);
// Not only as the exit code to be: what was found may keep the process alive.
Deno.exit(findings.length > 0 ? 1 : 0);

function report(part: Part, { seed, why, reproduction }: Finding): void {
  console.log(`\nFound by ${part} with seed ${seed}: ${why}\n`);
  if (!reproduction) return;
  console.log(`${JSON.stringify(reproduction)}\n`);
  const file = new URL(`${part}_${seed}.json`, FINDINGS);
  Deno.writeTextFileSync(file, `${JSON.stringify(reproduction, undefined, 2)}\n`);
  console.log(`Kept in ${file.pathname}\n`);
}
