// Conformance: the cases that FoxgloveClient must pass in every runtime.
//
// This file and its imports use only the web platform APIs of Node 20.

import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { CONNECT_CASES } from "./cases/connect.ts";
import { MALFORMED_CASES } from "./cases/malformed.ts";
import { MESSAGE_CASES } from "./cases/messages.ts";
import { SERVER_EVENT_CASES } from "./cases/server_events.ts";
import { PUBLISH_CASES } from "./cases/publish.ts";
import { RECONNECT_CASES } from "./cases/reconnect.ts";
import { REQUEST_CASES } from "./cases/requests.ts";
import { type Cases, withFixture } from "./fixture.ts";

/** All cases, by name. */
export const CASES: Cases = {
  ...CONNECT_CASES,
  ...MESSAGE_CASES,
  ...PUBLISH_CASES,
  ...REQUEST_CASES,
  ...SERVER_EVENT_CASES,
  ...MALFORMED_CASES,
  ...RECONNECT_CASES,
};

/**
 * Runs one case against the harness at `origin`.
 *
 * @returns The error as text, or `""`. Text can be sent out of every runtime.
 */
export async function runCase(name: string, origin: string, options: FoxgloveClientOptions = {}): Promise<string> {
  try {
    await withFixture(origin, options, CASES[name]!);
    return "";
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    // Not every engine starts the stack with the message.
    return `${error}${error.cause ? `, caused by ${error.cause}` : ""}\n${error.stack}`;
  }
}
