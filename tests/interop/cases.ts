// The cases of the matrix, in the order in which they are played and shown.

import { CHANNELS, CONNECT, DATA, PUBLISH } from "./cases/messages.ts";
import { ASSETS, FAILING_SERVICES, PARAMETER_UPDATES, PARAMETERS, PLAYBACK, SERVICES } from "./cases/requests.ts";
import { GRAPHS, LAST_PUBLISHER, SESSION_RESET, STATUS, TIME } from "./cases/events.ts";
import { RECONNECT } from "./cases/reconnect.ts";
import type { Case } from "./meeting.ts";

/** The first must see the scene as it began; the last ends the server's run. */
export const CASES: readonly Case[] = [
  CONNECT,
  CHANNELS,
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
