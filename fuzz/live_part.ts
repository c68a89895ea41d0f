// The live part: servers on loopback, and clients that do everything wrong.

import { makeSeeds } from "../tests/protocol/mutation/seeds.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Budget, Finding, Outcome } from "./finding.ts";
import { Life } from "./live/life.ts";
import { type ConnectionPlan, randomWave, type Wave } from "./live/plan.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf, textOf } from "./replay.ts";

/** Waves of a server that lives long, to see whether it forgets its clients, and of one that does not. */
const LONG = 60;
const SHORT = 3;
/** Waves until all is warm. */
const WARM = 10;
/** How often each part of a wave is tried again to make it smaller: for each try a server is started. */
const MAX_TRIES = 60;

/** Attacks servers until the time is up, or until one does something wrong. */
export async function fuzzLive({ seed, untilMs }: Budget): Promise<Outcome> {
  const memory = new MemoryWatch();
  let connections = 0;
  let lives = 0;
  let finding: Finding | undefined;
  while (!finding && performance.now() < untilMs) {
    const own = (seed + lives) >>> 0;
    const outcome = await live(own, untilMs);
    lives += 1;
    connections += outcome.connections;
    if (outcome.wave) finding = await findingOf(own, outcome.why ?? "", outcome.wave);
    const why = outcome.why ?? await memory.check();
    if (why !== undefined) finding ??= { seed: own, why };
  }
  const summary = `live: ${connections.toLocaleString("en")} connections to ${lives} servers (memory ${memory.growth})`;
  return { summary, finding };
}

/** How a server's life went. */
interface LifeOutcome {
  connections: number;
  why?: string | undefined;
  /** The one that went wrong. */
  wave?: Wave;
}

async function live(seed: number, untilMs: number): Promise<LifeOutcome> {
  const random = new Random(seed);
  const isLong = seed % 2 === 0;
  const seeds = makeSeeds(random, 2);
  const memory = new MemoryWatch();
  const life = await Life.begin();
  let connections = 0;
  for (let index = 0; index < (isLong ? LONG : SHORT) && performance.now() < untilMs; index++) {
    const wave = randomWave(random, seeds, isLong);
    connections += wave.connections.length;
    try {
      await life.endure(wave);
    } catch (error) {
      await life.end().catch(() => {});
      return { connections, why: textOf(error), wave };
    }
    if (index % WARM !== WARM - 1) continue;
    const why = await memory.check();
    if (why !== undefined) return { connections, why };
  }
  const last = randomWave(random, seeds, false);
  connections += last.connections.length;
  try {
    await life.end(last.connections);
  } catch (error) {
    return { connections, why: `while it closed: ${textOf(error)}`, wave: last };
  }
  return { connections };
}

async function findingOf(seed: number, why: string, wave: Wave): Promise<Finding> {
  const fails = async (candidate: Wave) => await faultOf({ part: "live", wave: candidate }) !== undefined;
  // With all that happened at once it may take several tries, or never show again.
  if (!await fails(wave)) return { seed, why: `${why} (once)`, reproduction: { part: "live", wave } };
  let { owner } = wave;
  let connections = await shrink<ConnectionPlan>(
    wave.connections,
    (fewer) => fails({ owner, connections: fewer }),
    MAX_TRIES,
  );
  owner = await shrink(owner, (fewer) => fails({ owner: fewer, connections }), MAX_TRIES);
  for (const [index, plan] of connections.entries()) {
    const withFrames = (frames: readonly string[]) => connections.with(index, { ...plan, frames });
    const frames = await shrink(
      plan.frames,
      (fewer) => fails({ owner, connections: withFrames(fewer) }),
      MAX_TRIES,
    );
    connections = withFrames(frames);
  }
  return { seed, why, reproduction: { part: "live", wave: { owner, connections } } };
}
