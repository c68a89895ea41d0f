// The scenarios of the matrix, in the order in which they run and in which the page lists them.

import { CHANNELS, CONNECT, DATA, NO_SCHEMA, PUBLISH } from "./scenarios/messages.ts";
import { ASSETS, FAILING_SERVICES, PARAMETER_UPDATES, PARAMETERS, PLAYBACK, SERVICES } from "./scenarios/requests.ts";
import { GRAPHS, LAST_PUBLISHER, SESSION_RESET, STATUS, TIME } from "./scenarios/events.ts";
import { RECONNECT } from "./scenarios/reconnect.ts";
import type { Scenario } from "./scenario.ts";

/** The first scenarios expect an unchanged fixture. The last one restarts the server. */
export const SCENARIOS: readonly Scenario[] = [
  CONNECT,
  CHANNELS,
  NO_SCHEMA,
  DATA,
  PUBLISH,
  PARAMETERS,
  PARAMETER_UPDATES,
  SERVICES,
  FAILING_SERVICES,
  ASSETS,
  GRAPHS,
  LAST_PUBLISHER,
  TIME,
  STATUS,
  PLAYBACK,
  SESSION_RESET,
  RECONNECT,
];
