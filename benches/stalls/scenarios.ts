// The stall scenarios, in their order.

import { ASSETS_READ, ASSETS_UNREAD, MISSING_ASSETS } from "./scenarios/assets.ts";
import { CHANNELS_ALONE, CHANNELS_BESIDE_CLIENTS, SUBSCRIPTIONS } from "./scenarios/channels.ts";
import { CLOSED_WHILE_AUTHORIZED, CONNECT_STORM, IMPOSSIBLE_HOST } from "./scenarios/handshakes.ts";
import { SET_PARAMETERS } from "./scenarios/parameters.ts";
import { REQUESTS } from "./scenarios/requests.ts";
import { SERVICE_CALLS } from "./scenarios/services.ts";
import type { StallScenario } from "./stall_scenario.ts";

/** All scenarios. */
export const SCENARIOS: readonly StallScenario[] = [
  ...SET_PARAMETERS,
  ...REQUESTS,
  SUBSCRIPTIONS,
  ASSETS_UNREAD,
  ASSETS_READ,
  MISSING_ASSETS,
  SERVICE_CALLS,
  CHANNELS_BESIDE_CLIENTS,
  CHANNELS_ALONE,
  CLOSED_WHILE_AUTHORIZED,
  IMPOSSIBLE_HOST,
  CONNECT_STORM,
];

/** Returns the scenario with this name. */
export function scenarioNamed(name: string): StallScenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (!found) throw new Error(`Cannot run scenario "${name}": it does not exist`);
  return found;
}
