// The stall cases, in the order in which they run.

import { ASSETS_READ, ASSETS_UNREAD, MISSING_ASSETS } from "./cases/assets.ts";
import { CHANNELS_ALONE, CHANNELS_BESIDE_CLIENTS, SUBSCRIPTIONS } from "./cases/channels.ts";
import { CLOSED_WHILE_AUTHORIZED, CONNECT_STORM, IMPOSSIBLE_HOST } from "./cases/handshakes.ts";
import { SET_PARAMETERS } from "./cases/parameters.ts";
import { REQUESTS } from "./cases/requests.ts";
import { SERVICE_CALLS } from "./cases/services.ts";
import type { StallCase } from "./stall_case.ts";

/** All cases. */
export const CASES: readonly StallCase[] = [
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

/** Returns the case with this name. */
export function caseNamed(name: string): StallCase {
  const found = CASES.find((each) => each.name === name);
  if (!found) throw new Error(`Cannot run case "${name}": it does not exist`);
  return found;
}
