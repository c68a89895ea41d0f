// checkOrigins(): whether a server accepts the pages of apps in a browser.

import { usageError } from "../failure.ts";
import { APP_OFFERS, attempt, describe, selects } from "./check_handshake.ts";
import type { Endpoint } from "./endpoint.ts";
import { failed, type Finding, passed } from "../../app_checks/finding.ts";
import { closeWebSocket } from "./frames.ts";

/** Foxglove on the web, and a Lichtblick on the machine of the user. */
const APP_ORIGINS: readonly string[] = ["https://app.foxglove.dev", "http://localhost:8080"];

/**
 * Returns the origin of pages at an address, such as `http://viz.local:8080` for `viz.local:8080/?ds=…`. Origins with
 * other schemes, such as those of desktop apps, stay as they are.
 *
 * @throws {Failure} If the text is not an address.
 */
export function originOf(text: string): string {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
  const url = URL.parse(hasScheme ? text : `http://${text}`);
  if (!url) throw usageError(`"${text}" is not the address of an app: use http://host:port`);
  return /^https?:$/.test(url.protocol) ? url.origin : text;
}

/** Sends a handshake as a page of each origin would. `more`: an origin that the user asks about. */
export async function checkOrigins(endpoint: Endpoint, more: string | undefined): Promise<readonly Finding[]> {
  const origins = new Set([...APP_ORIGINS, ...(more === undefined ? [] : [more])]);
  const findings: Finding[] = [];
  for (const origin of origins) findings.push(await checkOrigin(endpoint, origin));
  return findings;
}

async function checkOrigin(endpoint: Endpoint, origin: string): Promise<Finding> {
  const outcome = await attempt(endpoint, { offers: APP_OFFERS, origin });
  if (outcome.type === "accepted") await closeWebSocket(outcome.connection);
  if (selects(APP_OFFERS, outcome)) return passed("origin", `pages of ${origin} may connect`);
  return failed(
    "origin",
    `Pages of ${origin} cannot connect: the server ${describe(outcome)}`,
    `add "${origin}" to the server's option allowedOrigins; other servers and proxies have a similar list`,
  );
}
