// Conformance: what has to hold of FoxgloveClient in every runtime.
//
// Nothing in here, or in what it imports, is more than the web platform as Node 20 has it.

import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { CONNECT_CASES } from "./cases/connect.ts";
import { MALFORMED_CASES } from "./cases/malformed.ts";
import { MESSAGE_CASES } from "./cases/messages.ts";
import { NEWS_CASES } from "./cases/news.ts";
import { PUBLISH_CASES } from "./cases/publish.ts";
import { RECONNECT_CASES } from "./cases/reconnect.ts";
import { REQUEST_CASES } from "./cases/requests.ts";
import { type Cases, onStage } from "./stage.ts";

/** All of them. */
export const CASES: Cases = {
  ...CONNECT_CASES,
  ...MESSAGE_CASES,
  ...PUBLISH_CASES,
  ...REQUEST_CASES,
  ...NEWS_CASES,
  ...MALFORMED_CASES,
  ...RECONNECT_CASES,
};

/**
 * Runs one case against the harness at `origin`.
 *
 * @returns What went wrong, or `""`: text, for it may have to leave the runtime.
 */
export async function runCase(name: string, origin: string, options: FoxgloveClientOptions = {}): Promise<string> {
  try {
    await onStage(origin, options, CASES[name]!);
    return "";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    // Not every engine begins the stack with the message.
    return `${error}${error.cause ? `, for ${error.cause}` : ""}\n${error.stack}`;
  }
}
