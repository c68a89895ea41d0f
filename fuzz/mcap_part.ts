// The mcap part: reads mutated records of MCAP files, and decompresses mutated chunks.

import { checkMcap, type McapInput } from "../tests/mcap/mutation/check_mcap.ts";
import { randomMcap } from "../tests/mcap/mutation/random_mcap.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf } from "./replay.ts";

/** The number of inputs from one seed. */
const BATCH = 1000;
/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** The counts of a run. */
interface Tally {
  inputs: number;
  /** The number of valid records and chunks. */
  valid: number;
  /** The time of the slowest input. */
  slowestMs: number;
}

/** Checks mutated inputs until the time is up or there is a finding. */
export async function fuzzMcap({ seed, untilMs }: Budget): Promise<Outcome> {
  const tally: Tally = { inputs: 0, valid: 0, slowestMs: 0 };
  const memory = new MemoryWatch();
  const startedMs = performance.now();
  let finding: Finding | undefined;
  for (let batch = 0; !finding && performance.now() < untilMs; batch++) {
    finding = await tryBatch((seed + batch) >>> 0, untilMs, tally);
    if (batch % WARM_UP_BATCHES !== WARM_UP_BATCHES - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) finding ??= { seed, reason };
  }
  const perSecond = Math.round(tally.inputs / (performance.now() - startedMs) * 1000);
  const summary = `mcap: ${count(tally.inputs)} inputs (${count(tally.valid)} valid records; ` +
    `${count(perSecond)} inputs/s; slowest ${Math.ceil(tally.slowestMs)} ms; memory ${memory.growth})`;
  return { summary, finding };
}

async function tryBatch(seed: number, untilMs: number, tally: Tally): Promise<Finding | undefined> {
  const random = new Random(seed);
  let beforeMs = performance.now();
  for (let index = 0; index < BATCH && beforeMs < untilMs; index++) {
    const input = randomMcap(random);
    tally.inputs += 1;
    try {
      tally.valid += checkMcap(input);
    } catch {
      return await findingOf(seed, input);
    }
    const afterMs = performance.now();
    tally.slowestMs = Math.max(tally.slowestMs, afterMs - beforeMs);
    beforeMs = afterMs;
  }
  return undefined;
}

async function findingOf(seed: number, { bytes, kind, splitSeed }: McapInput): Promise<Finding> {
  const shown = (bytes: readonly number[]): Reproduction => ({
    part: "mcap",
    kind,
    hex: Uint8Array.from(bytes).toHex(),
    splitSeed,
  });
  const kept = await shrink([...bytes], async (kept) => await faultOf(shown(kept)) !== undefined);
  return { seed, reason: await faultOf(shown(kept)) ?? "", reproduction: shown(kept) };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
