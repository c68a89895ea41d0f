// statusNotes(): prints what a server reports while a command waits for messages.

import { type FoxgloveClientListener, StatusLevel } from "../client/mod.ts";
import type { Output } from "./output.ts";

/**
 * Returns a listener that prints warnings and errors of the server. For example, the server may reject a subscription,
 * or drop messages because this client is slow. A status with an id is printed once, because servers update it.
 */
export function statusNotes(output: Output): FoxgloveClientListener {
  const printed = new Set<string>();
  return {
    onStatus(_client, { level, message, id = message }) {
      if (level < StatusLevel.WARNING || printed.has(id)) return;
      printed.add(id);
      output.note(`the server reports: ${message}`);
    },
  };
}
