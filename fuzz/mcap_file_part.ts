// The part mcap-file: reads and recovers mutated MCAP files.

import { checkFile, type FileInput } from "../tests/mcap/mutation/check_file.ts";
import { randomFile } from "../tests/mcap/mutation/random_file.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf } from "./replay.ts";

/** The number of inputs from one seed. */
const BATCH = 200;
/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** Checks mutated files until the time is up or there is a finding. */
export async function fuzzMcapFile({ seed, untilMs }: Budget): Promise<Outcome> {
  const tally = { inputs: 0, messages: 0 };
  const memory = new MemoryWatch();
  let finding: Finding | undefined;
  for (let batch = 0; !finding && performance.now() < untilMs; batch++) {
    const batchSeed = (seed + batch) >>> 0;
    const random = new Random(batchSeed);
    for (let index = 0; !finding && index < BATCH && performance.now() < untilMs; index++) {
      const input = randomFile(random);
      tally.inputs += 1;
      try {
        tally.messages += await checkFile(input);
      } catch {
        finding = await findingOf(batchSeed, input);
      }
    }
    if (batch % WARM_UP_BATCHES !== WARM_UP_BATCHES - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) finding ??= { seed, reason };
  }
  const [inputs, messages] = [tally.inputs, tally.messages].map((count) => count.toLocaleString("en"));
  return { summary: `mcap-file: ${inputs} inputs (${messages} messages; memory ${memory.growth})`, finding };
}

async function findingOf(seed: number, { bytes, splitSeed }: FileInput): Promise<Finding> {
  const shown = (bytes: readonly number[]): Reproduction => {
    return { part: "mcap-file", hex: Uint8Array.from(bytes).toHex(), splitSeed };
  };
  const kept = await shrink([...bytes], async (kept) => await faultOf(shown(kept)) !== undefined);
  return { seed, reason: await faultOf(shown(kept)) ?? "", reproduction: shown(kept) };
}
