// The fuzzer: tests the codecs, the readers of frames and files, and live servers with seeded, nearly valid inputs.
//
// `--help` lists its options. The last line of the output has the number of inputs. The exit code is 1 if there are
// findings.

import { CODEC_PART } from "./codec_part.ts";
import type { Budget, Finding, Outcome } from "./finding.ts";
import { fuzzLive } from "./live_part.ts";
import { MCAP_FILE_PART } from "./mcap_file_part.ts";
import { MCAP_PART } from "./mcap_part.ts";
import { fuzzModel } from "./model_part.ts";
import { fuzzMutations } from "./mutations.ts";
import { type Part, readOptions } from "./options.ts";
import { PROTOBUF_PART } from "./protobuf_part.ts";
import { WEBSOCKET_PART } from "./websocket_part.ts";

const FINDINGS = new URL("./findings/", import.meta.url);

const RUNS: Record<Part, (budget: Budget) => Promise<Outcome>> = {
  codec: (budget) => fuzzMutations(CODEC_PART, budget),
  protobuf: (budget) => fuzzMutations(PROTOBUF_PART, budget),
  websocket: (budget) => fuzzMutations(WEBSOCKET_PART, budget),
  mcap: (budget) => fuzzMutations(MCAP_PART, budget),
  "mcap-file": (budget) => fuzzMutations(MCAP_FILE_PART, budget),
  model: fuzzModel,
  live: fuzzLive,
};

const options = readOptions(Deno.args);
if ("help" in options) {
  console[options.isMistake ? "error" : "log"](options.help);
  Deno.exit(options.isMistake ? 2 : 0);
}
const { seed, parts, totalMs, transport } = options;
console.log(`seed ${seed}, transport ${transport}`);
const summaries: string[] = [];
const findings: Finding[] = [];
for (const part of parts) {
  const { summary, finding } = await RUNS[part]({
    seed,
    untilMs: performance.now() + totalMs / parts.length,
    transport,
  });
  summaries.push(summary);
  if (!finding) continue;
  findings.push(finding);
  report(part, finding);
}
console.log(`fuzz: seed ${seed}: ${summaries.join("; ")}: ${findings.length || "no"} findings`);
// Setting `Deno.exitCode` is not enough, because a finding may keep the process alive.
Deno.exit(findings.length > 0 ? 1 : 0);

function report(part: Part, { seed, reason, reproduction }: Finding): void {
  console.log(`\nFound by ${part} with seed ${seed}: ${reason}\n`);
  if (!reproduction) return;
  console.log(`${JSON.stringify(reproduction)}\n`);
  const file = new URL(`${part}_${seed}.json`, FINDINGS);
  Deno.writeTextFileSync(file, `${JSON.stringify(reproduction, undefined, 2)}\n`);
  console.log(`Kept in ${file.pathname}\n`);
}
