// connectionNotes(): prints when a command that reconnects waits for its server, and when the server is there.

import type { FoxgloveClientListener } from "../client/mod.ts";
import { firstLineOf } from "../error_text.ts";
import { withoutOffers } from "./without_offers.ts";
import type { Output } from "./output.ts";

/** Returns a listener that prints a line when a connection is lost or cannot be opened, and when it is open again. */
export function connectionNotes(output: Output): FoxgloveClientListener {
  let wasOpen = false;
  /** The reason for which the command waits. */
  let waitsFor: string | undefined;
  return {
    onConnectionState(_client, state) {
      if (state.type === "reconnecting") {
        const reason = withoutOffers(firstLineOf(state.error));
        if (reason !== waitsFor) output.note(`${reason}; waiting for the server`);
        waitsFor = reason;
      } else if (state.type === "open") {
        if (waitsFor !== undefined) output.note(wasOpen ? "connected again" : "connected");
        wasOpen = true;
        waitsFor = undefined;
      }
    },
  };
}
