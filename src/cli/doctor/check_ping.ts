// checkPing(): how long a message to the server and back takes.

import { durationText } from "../../quantities.ts";
import { APP_OFFERS, attempt } from "./check_handshake.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Finding, passed, warning } from "../../app_checks/finding.ts";
import { closeWebSocket, ping } from "./frames.ts";
import { isTimeout } from "./raw_connection.ts";

const PINGS = 5;
/** Above this, controls in apps feel slow. In ms. */
const SLOW_MS = 200;

/** Sends WebSocket pings, and measures the time until each pong. */
export async function checkPing(endpoint: Endpoint): Promise<readonly Finding[]> {
  const outcome = await attempt(endpoint, { offers: APP_OFFERS });
  if (outcome.type !== "accepted") return [];
  const { connection } = outcome;
  const times: number[] = [];
  try {
    while (times.length < PINGS) {
      const start = performance.now();
      if (!await ping(connection)) return [];
      times.push(performance.now() - start);
    }
  } catch (error) {
    endpoint.signal.throwIfAborted();
    if (!isTimeout(error)) return [];
    const text = `The server does not answer a ping within ${durationText(endpoint.timeoutMs)}`;
    return [warning("ping", text, "check that the server is not blocked, and that proxies pass control frames")];
  } finally {
    await closeWebSocket(connection);
  }
  // The first one also measures how long the server takes to send its channels.
  const median = times.toSorted((a, b) => a - b)[Math.floor(PINGS / 2)]!;
  const text = `round trip ${durationText(median)}`;
  return median > SLOW_MS
    ? [warning("ping", `${text}: controls react late`, "use a faster network, or a cable instead of a radio link")]
    : [passed("ping", text)];
}
