// The websocket part: reads mutated frames of clients, split at random, and compares the events with a reference.

import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import { checkFrames, type FrameInput } from "../tests/websocket/check_frames.ts";
import { randomInput } from "../tests/websocket/random_frames.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf } from "./replay.ts";

/** The number of inputs from one seed. */
const BATCH = 200;
/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** The counts of a run. */
interface Tally {
  inputs: number;
  /** The number of reported messages, control frames and failures. */
  events: number;
}

/** Reads random frames until the time is up or there is a finding. */
export async function fuzzWebSocket({ seed, untilMs }: Budget): Promise<Outcome> {
  const tally: Tally = { inputs: 0, events: 0 };
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
  const summary = `websocket: ${count(tally.inputs)} inputs (${count(tally.events)} events; ` +
    `${count(perSecond)} inputs/s; memory ${memory.growth})`;
  return { summary, finding };
}

async function tryBatch(seed: number, untilMs: number, tally: Tally): Promise<Finding | undefined> {
  const random = new Random(seed);
  for (let index = 0; index < BATCH && performance.now() < untilMs; index++) {
    const input = randomInput(random);
    tally.inputs += 1;
    try {
      tally.events += checkFrames(input).length;
    } catch {
      return await findingOf(seed, input);
    }
  }
  return undefined;
}

async function findingOf(seed: number, { bytes, ...settings }: FrameInput): Promise<Finding> {
  const shown = (bytes: readonly number[]): Reproduction => ({
    part: "websocket",
    hex: Uint8Array.from(bytes).toHex(),
    ...settings,
  });
  const kept = await shrink([...bytes], async (kept) => await faultOf(shown(kept)) !== undefined);
  return { seed, reason: await faultOf(shown(kept)) ?? "", reproduction: shown(kept) };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
