// connectionNotes(): prints when a command that reconnects waits for its server, and when the server is there.

import type { FoxgloveClientListener } from "../client/mod.ts";
import { firstLineOf } from "../error_text.ts";
import { connectionProblem, type TokenUse } from "./connection_problem.ts";
import type { Output } from "./output.ts";

/** Returns a listener that prints a line when a connection is lost or cannot be opened, and when it is open again. */
export function connectionNotes(output: Output, token: TokenUse): FoxgloveClientListener {
  let wasOpen = false;
  /** The reason for which the command waits. */
  let waitsFor: string | undefined;
  return {
    onConnectionState(_client, state) {
      if (state.type === "reconnecting") {
        const { text, cure } = connectionProblem(firstLineOf(state.error), token);
        if (text !== waitsFor) output.note(`${text}; waiting for the server${cure === undefined ? "" : `: ${cure}`}`);
        waitsFor = text;
      } else if (state.type === "open") {
        if (waitsFor !== undefined) output.note(wasOpen ? "connected again" : "connected");
        wasOpen = true;
        waitsFor = undefined;
      }
    },
  };
}
