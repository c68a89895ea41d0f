// Runs all scenarios for a pair, and compares the results with the known issues.

import { MS } from "../support/events.ts";
import { type KnownIssue, type Pair, titleOf } from "./pairs.ts";
import { SCENARIOS } from "./scenarios.ts";
import { type Result, runScenario, SCENARIO_LIMIT_MS } from "./scenario.ts";
import { missingProgram, ServerDriver } from "./server_driver.ts";

/** Of a scenario that waits for a message until the limit, because a defect is that it is never sent. */
const SILENCE_LIMIT_MS = 1000 * MS;

/** Returns why the pair cannot run, or `undefined` if it can. */
export function missingPrograms({ server, client }: Pair): string | undefined {
  return missingProgram(server.needs) ?? missingProgram(client.needs);
}

/**
 * Runs all scenarios for a pair. `step` gets the name of each scenario, and a function that runs it. The function
 * rejects if the result is not the expected one. This includes a known issue that no longer occurs.
 */
export async function runPair(
  pair: Pair,
  step: (name: string, check: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await using server = await ServerDriver.start(pair.server);
  for (const scenario of SCENARIOS) {
    const issue = pair.knownIssues[scenario.name];
    await step(`${scenario.name}${describe(issue)}`, async () => {
      const options = { subprotocol: pair.subprotocol, limitMs: limitMsOf(issue) };
      const result = await runScenario(scenario, server, pair.client, options);
      compareResult(`${titleOf(pair)}: ${scenario.name}`, result, issue);
    });
  }
}

/** Returns the time limit of a scenario. It is short only if the scenario reaches it in any case. */
export function limitMsOf(issue: KnownIssue | undefined): number {
  const isSilent = issue && "defect" in issue && issue.error.test("Nothing received within");
  return isSilent ? SILENCE_LIMIT_MS : SCENARIO_LIMIT_MS;
}

function describe(issue: KnownIssue | undefined): string {
  if (!issue) return "";
  return "defect" in issue ? ` (defect: ${issue.defect})` : ` (not supported: ${issue.notSupported})`;
}

/**
 * Throws if a result is not the expected one.
 *
 * @throws The error of the scenario, or an Error that says why the list of known issues is out of date.
 */
export function compareResult(name: string, result: Result, expected: KnownIssue | undefined): void {
  const isFailure = typeof result === "object" && "failed" in result;
  if (!expected) {
    if (isFailure) throw result.failed;
    if (result !== "pass") throw new Error(`${name}: not supported, but expected to pass`);
  } else if (result === "pass") {
    throw new Error(`${name}: passes, but is listed as "${Object.values(expected)[0]}"`);
  } else if ("defect" in expected) {
    if (!isFailure) throw new Error(`${name}: not supported, but listed as a defect`);
    if (!expected.error.test(String(result.failed))) throw result.failed;
  } else if (isFailure) {
    throw result.failed;
  }
}
