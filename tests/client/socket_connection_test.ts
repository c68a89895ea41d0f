// The close code that the client reports.

import { assertEquals } from "@std/assert/equals";
import { connectedClient } from "../support/fake_server.ts";

for (const [given, reported] of [[1001, 1001], [1006, 1006], [0, undefined]] as const) {
  Deno.test(`ConnectionClosedError.code is ${reported} if the socket closes with code ${given}`, async () => {
    const { client, peer } = await connectedClient({ reconnect: false });
    peer.leaves(given, "");
    await client.closed;
    const { state } = client;
    assertEquals(state.type === "closed" && state.error?.code, reported);
  });
}
