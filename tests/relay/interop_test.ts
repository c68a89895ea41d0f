// The scenarios of the interop matrix through a relay: other servers behind it, and other clients in front of it.

import { NPM_CLIENT } from "../interop/clients/npm_client.ts";
import { OUR_CLIENT } from "../interop/clients/our_client.ts";
import { PYTHON_CLIENT } from "../interop/clients/python_client.ts";
import { type KnownIssue, type Pair, PAIRS, titleOf } from "../interop/pairs.ts";
import { compareResult, limitMsOf, missingPrograms } from "../interop/run_pair.ts";
import { runScenario } from "../interop/scenario.ts";
import { RECONNECT } from "../interop/scenarios/reconnect.ts";
import { SCENARIOS } from "../interop/scenarios.ts";
import { ServerDriver } from "../interop/server_driver.ts";
import { relay } from "../../src/relay/mod.ts";
import { testWith } from "../support/needed_programs.ts";
import { startServer } from "../support/test_server.ts";
import { FAST, until } from "./fixture.ts";

const EMPTY_AT_FIRST: KnownIssue = {
  defect: "the first viewer gets an empty graph first, because the relay subscribes then",
  error: /advertisedServices: \[\]/,
};

/** What differs through a relay, whatever is behind it. */
const THROUGH_RELAY: Readonly<Record<string, KnownIssue>> = {
  status: { defect: "the relay puts the name of the robot before texts and ids", error: /robot: Battery: 0/ },
  "connection graph": EMPTY_AT_FIRST,
  "connection graph: last publisher": EMPTY_AT_FIRST,
};

/** The pairs of the matrix. The relay has all subprotocols, so the client alone decides. */
const SUBPROTOCOLS = new Map([
  [OUR_CLIENT, "foxglove.sdk.v1.1"],
  [NPM_CLIENT, "foxglove.websocket.v1"],
  [PYTHON_CLIENT, "foxglove.sdk.v1.1"],
]);

/** What a client cannot do at all counts first. The defects of a server do not reach the client. */
function issueOf({ knownIssues }: Pair, name: string): KnownIssue | undefined {
  const known = knownIssues[name];
  return known && "notSupported" in known ? known : THROUGH_RELAY[name] ?? known;
}

async function runThroughRelay(
  pair: Pair,
  step: (name: string, check: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await using driver = await ServerDriver.start(pair.server);
  await using server = await startServer({ name: "matrix", logger: false });
  await using _running = relay([{ ...FAST, url: driver.url, name: "robot" }], server);
  await until(() => server.channels.size > 0, "the channels");
  // Viewers stay connected when the robot restarts. Other tests of the relay restart robots.
  for (const scenario of SCENARIOS.filter((each) => each !== RECONNECT)) {
    const issue = issueOf(pair, scenario.name);
    await step(scenario.name, async () => {
      const limitMs = limitMsOf(issue);
      const subprotocol = SUBPROTOCOLS.get(pair.client)!;
      const result = await runScenario(scenario, driver, pair.client, { subprotocol, limitMs, url: server.url! });
      compareResult(`${titleOf(pair)}: ${scenario.name}`, result, issue);
    });
  }
}

for (const pair of PAIRS.filter(({ client }) => SUBPROTOCOLS.has(client))) {
  const missing = missingPrograms(pair);
  const program = { path: missing === undefined ? "found" : undefined, missing: missing ?? "" };
  testWith(program, `${titleOf(pair)} through a relay`, async (t) => {
    await runThroughRelay(pair, async (name, check) => void await t.step(name, check));
  });
}
