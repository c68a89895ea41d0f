// The codec part: decodes mutated messages as each side, and encodes the results.

import { checkCodec, type Input } from "../tests/protocol/mutation/check_codec.ts";
import { mutateFrame } from "../tests/protocol/mutation/mutate_frame.ts";
import { mutateText } from "../tests/protocol/mutation/mutate_text.ts";
import { makeSeeds, type Seeds } from "../tests/protocol/mutation/seeds.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf, textOf } from "./replay.ts";

/** The number of inputs from one set of seeds. */
const BATCH = 10_000;
/** The number of random messages of each op in a set of seeds. */
const ROUNDS = 2;
/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** The counts of a run. */
interface Tally {
  inputs: number;
  /** How often an input was a message of one side. */
  decoded: number;
}

/** Decodes mutated messages until the time is up or there is a finding. */
export async function fuzzCodec({ seed, untilMs }: Budget): Promise<Outcome> {
  const tally: Tally = { inputs: 0, decoded: 0 };
  const memory = new MemoryWatch();
  const startedMs = performance.now();
  let finding: Finding | undefined;
  // Most inputs are rejected. Without their stacks, the throughput is a third higher.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  for (let batch = 0; !finding && performance.now() < untilMs; batch++) {
    finding = await tryBatch((seed + batch) >>> 0, tally);
    if (batch % WARM_UP_BATCHES !== WARM_UP_BATCHES - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) finding ??= { seed, reason };
  }
  Error.stackTraceLimit = stackTraceLimit;
  const perSecond = Math.round(tally.inputs / (performance.now() - startedMs) * 1000);
  const summary = `codec: ${count(tally.inputs)} inputs in ${count(3 * tally.inputs)} decodings ` +
    `(${count(tally.decoded)} gave a message; ${count(perSecond)} inputs/s; memory ${memory.growth})`;
  return { summary, finding };
}

async function tryBatch(seed: number, tally: Tally): Promise<Finding | undefined> {
  const random = new Random(seed);
  let seeds: Seeds;
  try {
    seeds = makeSeeds(random, ROUNDS);
  } catch (error) {
    return { seed, reason: textOf(error) };
  }
  const { frames, texts } = seeds;
  for (let index = 0; index < BATCH; index++) {
    const input = random.once(2) ? mutateFrame(random, frames) : mutateText(random, texts);
    tally.inputs += 1;
    try {
      tally.decoded += checkCodec(input);
    } catch {
      return await findingOf(seed, input);
    }
  }
  return undefined;
}

async function findingOf(seed: number, input: Input): Promise<Finding> {
  const shown = (text: string): Reproduction => ({ part: "codec", text });
  const shownBytes = (bytes: readonly number[]): Reproduction => ({
    part: "codec",
    hex: Uint8Array.from(bytes).toHex(),
  });
  const fails = async (candidate: Reproduction) => await faultOf(candidate) !== undefined;
  const reproduction = typeof input === "string"
    ? shown((await shrink(input.split(""), (letters) => fails(shown(letters.join(""))))).join(""))
    : shownBytes(await shrink([...input], (bytes) => fails(shownBytes(bytes))));
  return { seed, reason: await faultOf(reproduction) ?? "", reproduction };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
