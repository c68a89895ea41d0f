// The protobuf part: decodes mutated payloads and JSON, and creates codecs from mutated descriptors.

import { checkInput, type ProtobufInput } from "../tests/codecs/protobuf/check_input.ts";
import { makeProtobufSeeds, randomInput } from "../tests/codecs/protobuf/random_input.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome, Reproduction } from "./finding.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf } from "./replay.ts";

/** The number of inputs from one set of seeds. */
const BATCH = 5000;
/** The number of batches before memory is measured first, and between measurements. */
const WARM_UP_BATCHES = 10;

/** The counts of a run. */
interface Tally {
  inputs: number;
  /** How many inputs were valid. */
  accepted: number;
  /** The time of the slowest input. */
  slowestMs: number;
}

/** Checks mutated inputs until the time is up or there is a finding. */
export async function fuzzProtobuf({ seed, untilMs }: Budget): Promise<Outcome> {
  const tally: Tally = { inputs: 0, accepted: 0, slowestMs: 0 };
  const memory = new MemoryWatch();
  const startedMs = performance.now();
  let finding: Finding | undefined;
  // Most inputs are rejected. Without their stacks, that is faster.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  for (let batch = 0; !finding && performance.now() < untilMs; batch++) {
    finding = await tryBatch((seed + batch) >>> 0, untilMs, tally);
    if (batch % WARM_UP_BATCHES !== WARM_UP_BATCHES - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) finding ??= { seed, reason };
  }
  Error.stackTraceLimit = stackTraceLimit;
  const perSecond = Math.round(tally.inputs / (performance.now() - startedMs) * 1000);
  const summary = `protobuf: ${count(tally.inputs)} inputs (${count(tally.accepted)} valid; ` +
    `${count(perSecond)} inputs/s; slowest ${Math.ceil(tally.slowestMs)} ms; memory ${memory.growth})`;
  return { summary, finding };
}

async function tryBatch(seed: number, untilMs: number, tally: Tally): Promise<Finding | undefined> {
  const random = new Random(seed);
  const seeds = makeProtobufSeeds(random);
  let beforeMs = performance.now();
  for (let index = 0; index < BATCH && beforeMs < untilMs; index++) {
    const input = randomInput(random, seeds);
    tally.inputs += 1;
    try {
      if (checkInput(input)) tally.accepted += 1;
    } catch {
      return await findingOf(seed, input);
    }
    const afterMs = performance.now();
    tally.slowestMs = Math.max(tally.slowestMs, afterMs - beforeMs);
    beforeMs = afterMs;
  }
  return undefined;
}

async function findingOf(seed: number, input: ProtobufInput): Promise<Finding> {
  const fails = async (candidate: Reproduction) => await faultOf(candidate) !== undefined;
  const items = input.kind === "json" ? input.text.split("") : [...input.bytes];
  const shown = (kept: readonly (string | number)[]): Reproduction =>
    input.kind === "json"
      ? { part: "protobuf", kind: "json", text: kept.join("") }
      : { part: "protobuf", kind: input.kind, hex: Uint8Array.from(kept as number[]).toHex() };
  const reproduction = shown(await shrink<string | number>(items, (kept) => fails(shown(kept))));
  return { seed, reason: await faultOf(reproduction) ?? "", reproduction };
}

function count(number: number): string {
  return number.toLocaleString("en");
}
