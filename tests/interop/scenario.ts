// Scenario: one conversation that a client driver and a server driver play, and its result.

import type { Capability } from "../../src/protocol/capabilities.ts";
import { LIMIT_MS } from "../support/events.ts";
import type { ClientDriver, ClientImplementation, ReceivedServerInfo } from "./client_driver.ts";
import { NotSupportedError } from "./not_supported_error.ts";
import type { ServerDriver } from "./server_driver.ts";

/** The drivers and facts that a scenario uses. */
export interface ScenarioContext {
  server: ServerDriver;
  client: ClientDriver;
  /** The first `serverInfo` of the connection. */
  serverInfo: ReceivedServerInfo;
  /** The subprotocol that the pair must select. */
  subprotocol: string;
}

/** One conversation, the same for all pairs. */
export interface Scenario {
  /** Names the row of the page. */
  name: string;
  /** What the scenario asserts, for the page. */
  description: string;
  /** The capability that the server must have; otherwise the scenario is not supported. */
  needs?: Capability;
  run(context: ScenarioContext): Promise<void>;
}

/** The outcome of one scenario for one pair. */
export type Result = "pass" | { notSupported: true } | { failed: unknown };

/** Time limit of a scenario, in milliseconds. Some scenarios start programs. */
export const SCENARIO_LIMIT_MS: number = LIMIT_MS;

/** Connects a client to a server, or to the URL of a relay of it, and runs a scenario. */
export async function runScenario(
  { needs, run }: Scenario,
  server: ServerDriver,
  implementation: ClientImplementation,
  { subprotocol, limitMs, url = server.url }: { subprotocol: string; limitMs: number; url?: string },
): Promise<Result> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`Nothing received within ${limitMs} ms`)), limitMs);
  try {
    await using client = await implementation.connect(url, limit.signal);
    const serverInfo = await client.nextServerInfo();
    if (needs && !serverInfo.capabilities.includes(needs)) throw new NotSupportedError(needs);
    await run({ server, client, serverInfo, subprotocol });
    return "pass";
  } catch (error) {
    return error instanceof NotSupportedError ? { notSupported: true } : { failed: error };
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the server has registered the client, and so sends it every broadcast. */
export async function waitUntilConnected({ server, client }: ScenarioContext): Promise<void> {
  const subscription = await client.subscribe("/odom");
  await server.nextEvent("subscribe");
  subscription.close();
}
