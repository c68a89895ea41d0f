// How the end of a connection is told.

import { assertEquals } from "@std/assert/equals";
import { meeting } from "../support/fake_server.ts";

for (const [given, told] of [[1001, 1001], [1006, 1006], [0, undefined]] as const) {
  Deno.test(`a connection that ends with code ${given} is told as one with ${told ?? "none"}`, async () => {
    const { client, peer } = await meeting({ reconnect: false });
    peer.leaves(given, "");
    await client.closed;
    const { state } = client;
    assertEquals(state.type === "closed" && state.error?.code, told);
  });
}
