// What panels ask about the server, and how long they wait for its answers.

import { type FoxgloveClient, RequestError } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { clip } from "../clip.ts";

/** Servers that do not answer would keep a button busy without an end. */
const ANSWER_LIMIT_MS = 15_000;

/** Returns the capabilities of the server. Empty while it has not sent its `serverInfo`. */
export function capabilitiesOf(client: FoxgloveClient): ReadonlySet<string> {
  try {
    return new Set(client.serverInfo.capabilities);
  } catch {
    return new Set();
  }
}

/** Returns a signal for a request: it aborts with the page, or when the server does not answer within 15 seconds. */
export function untilAnswered(page: AbortSignal): AbortSignal {
  return AbortSignal.any([page, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
}

/** Returns why a request failed, for the user: the server's own words, if there are any. */
export function failureText(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `The server did not answer within ${ANSWER_LIMIT_MS / 1000} s`;
  }
  return clip(error instanceof RequestError ? error.detail : textOf(error), 500);
}
