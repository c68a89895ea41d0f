// The live part: servers on loopback, and hostile clients.

import { makeSeeds } from "../tests/protocol/mutation/seeds.ts";
import { Random } from "../tests/protocol/random.ts";
import { shrink } from "../tests/support/shrink.ts";
import type { Transport } from "../tests/support/transports.ts";
import type { Budget, Finding, Outcome } from "./finding.ts";
import { ServerFixture } from "./live/server_fixture.ts";
import { type ConnectionPlan, randomScenario, type Scenario } from "./live/scenario.ts";
import { MemoryWatch } from "./memory.ts";
import { faultOf, textOf } from "./replay.ts";

/** The scenarios of one server. Long runs show whether the server frees the memory of its clients. */
const SCENARIOS_OF_LONG_RUN = 60;
const SCENARIOS_OF_SHORT_RUN = 3;
/** The number of scenarios before memory is measured first, and between measurements. */
const WARM_UP_SCENARIOS = 10;
/** The maximum number of attempts to shrink each part of a scenario. Each attempt starts a server. */
const MAX_TRIES = 60;

/** Attacks servers until the time is up or there is a finding. */
export async function fuzzLive({ seed, untilMs, transport }: Budget): Promise<Outcome> {
  const memory = new MemoryWatch();
  let connections = 0;
  let servers = 0;
  let finding: Finding | undefined;
  while (!finding && performance.now() < untilMs) {
    const serverSeed = (seed + servers) >>> 0;
    const outcome = await runServer({ seed: serverSeed, untilMs, transport });
    servers += 1;
    connections += outcome.connections;
    if (outcome.scenario) {
      finding = await findingOf(outcome.scenario, { seed: serverSeed, transport, reason: outcome.reason ?? "" });
    }
    const reason = outcome.reason ?? await memory.check();
    if (reason !== undefined) finding ??= { seed: serverSeed, reason };
  }
  const summary = `live: ${
    connections.toLocaleString("en")
  } connections to ${servers} ${transport} servers (memory ${memory.growth})`;
  return { summary, finding };
}

/** The result of one server. */
interface ServerOutcome {
  connections: number;
  reason?: string | undefined;
  /** The scenario that failed. */
  scenario?: Scenario;
}

async function runServer({ seed, untilMs, transport }: Budget): Promise<ServerOutcome> {
  const random = new Random(seed);
  const isLong = seed % 2 === 0;
  const seeds = makeSeeds(random, 2);
  const memory = new MemoryWatch();
  const fixture = await ServerFixture.start(transport);
  let connections = 0;
  const count = isLong ? SCENARIOS_OF_LONG_RUN : SCENARIOS_OF_SHORT_RUN;
  for (let index = 0; index < count && performance.now() < untilMs; index++) {
    const scenario = randomScenario(random, seeds, isLong);
    connections += scenario.connections.length;
    try {
      await fixture.run(scenario);
    } catch (error) {
      await fixture.close().catch(() => {});
      return { connections, reason: textOf(error), scenario };
    }
    if (index % WARM_UP_SCENARIOS !== WARM_UP_SCENARIOS - 1) continue;
    const reason = await memory.check();
    if (reason !== undefined) return { connections, reason };
  }
  const last = randomScenario(random, seeds, false);
  connections += last.connections.length;
  try {
    await fixture.close(last.connections);
  } catch (error) {
    return { connections, reason: `during close(): ${textOf(error)}`, scenario: last };
  }
  return { connections };
}

/** A failure before it is shrunk. */
interface Failure {
  seed: number;
  transport: Transport;
  reason: string;
}

async function findingOf(scenario: Scenario, { seed, transport, reason }: Failure): Promise<Finding> {
  const reproductionOf = (scenario: Scenario) => ({ part: "live" as const, scenario, transport });
  const fails = async (candidate: Scenario) => await faultOf(reproductionOf(candidate)) !== undefined;
  // Because of the concurrency, the failure may not occur again.
  if (!await fails(scenario)) {
    return { seed, reason: `${reason} (not reproduced)`, reproduction: reproductionOf(scenario) };
  }
  let { serverOperations } = scenario;
  let connections = await shrink<ConnectionPlan>(
    scenario.connections,
    (fewer) => fails({ serverOperations, connections: fewer }),
    MAX_TRIES,
  );
  serverOperations = await shrink(
    serverOperations,
    (fewer) => fails({ serverOperations: fewer, connections }),
    MAX_TRIES,
  );
  for (const [index, plan] of connections.entries()) {
    const withFrames = (frames: readonly string[]) => connections.with(index, { ...plan, frames });
    const frames = await shrink(
      plan.frames,
      (fewer) => fails({ serverOperations, connections: withFrames(fewer) }),
      MAX_TRIES,
    );
    connections = withFrames(frames);
  }
  return { seed, reason, reproduction: reproductionOf({ serverOperations, connections }) };
}
