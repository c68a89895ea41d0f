// fuzzMutations(): tries mutated inputs until the time is up. All parts without servers share it.

import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf, textOf } from "./replay.ts";

/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** A part of the fuzzer: what it tries, and how it checks that. */
export interface MutationPart<Input> {
  name: string;
  /** The number of inputs from one seed. */
  batch: number;
  /** What `check` counts, for the summary, such as `valid`. */
  counted: string;
  /** Prepares the inputs of a seed. Returns a function that makes the next one. An error is a finding. */
  inputsOf(random: Random): () => Input;
  /** Returns the number of things that the input contained. Throws, or rejects, if the input causes a failure. */
  check(input: Input): number | Promise<number>;
  /** Makes an input that fails smaller: see {@linkcode shrunk}. */
  reproduce(input: Input): Promise<Reproduction>;
}

/** The counts of a run. */
interface Tally {
  inputs: number;
  counted: number;
  /** The time of the slowest input. */
  slowestMs: number;
}

/** Tries the inputs of a part until the time is up or there is a finding. */
export async function fuzzMutations<Input>(part: MutationPart<Input>, { seed, untilMs }: Budget): Promise<Outcome> {
  const tally: Tally = { inputs: 0, counted: 0, slowestMs: 0 };
  const memory = new MemoryWatch();
  const startedMs = performance.now();
  let finding: Finding | undefined;
  // Most inputs are rejected. Without their stacks, the throughput is a third higher.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  for (let batch = 0; !finding && performance.now() < untilMs; batch++) {
    finding = await tryBatch(part, (seed + batch) >>> 0, untilMs, tally);
    if (batch % WARM_UP_BATCHES !== WARM_UP_BATCHES - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) finding ??= { seed, reason };
  }
  Error.stackTraceLimit = stackTraceLimit;
  const perSecond = Math.round(tally.inputs / (performance.now() - startedMs) * 1000);
  const summary = `${part.name}: ${text(tally.inputs)} inputs (${text(tally.counted)} ${part.counted}; ` +
    `${text(perSecond)} inputs/s; slowest ${Math.ceil(tally.slowestMs)} ms; memory ${memory.growth})`;
  return { summary, finding };
}

async function tryBatch<Input>(
  part: MutationPart<Input>,
  seed: number,
  untilMs: number,
  tally: Tally,
): Promise<Finding | undefined> {
  let next: () => Input;
  try {
    next = part.inputsOf(new Random(seed));
  } catch (error) {
    return { seed, reason: textOf(error) };
  }
  let beforeMs = performance.now();
  for (let index = 0; index < part.batch && beforeMs < untilMs; index++) {
    const input = next();
    tally.inputs += 1;
    try {
      const result = part.check(input);
      // Most checks are synchronous, and too fast to wait for a promise.
      tally.counted += typeof result === "number" ? result : await result;
    } catch {
      const reproduction = await part.reproduce(input);
      return { seed, reason: await faultOf(reproduction) ?? "", reproduction };
    }
    const afterMs = performance.now();
    tally.slowestMs = Math.max(tally.slowestMs, afterMs - beforeMs);
    beforeMs = afterMs;
  }
  return undefined;
}

/** Returns the reproduction with the fewest items that still fails. `shown`: the reproduction with these items. */
export async function shrunk<Item>(
  items: Iterable<Item>,
  shown: (kept: readonly Item[]) => Reproduction,
): Promise<Reproduction> {
  return shown(await shrink([...items], async (kept) => await faultOf(shown(kept)) !== undefined));
}

/** Returns the hexadecimal text of bytes. */
export function hexOf(bytes: readonly number[]): string {
  return Uint8Array.from(bytes).toHex();
}

function text(number: number): string {
  return number.toLocaleString("en");
}
