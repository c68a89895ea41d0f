// Listening: the error for an address that cannot be used.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { listen } from "../../../src/server/http/listening.ts";

Deno.test("listen() names the address that it cannot listen on", () => {
  // The address is from a block for documentation, which no machine has. Restricted networks give the same error.
  const error = assertThrows(
    () => listen({ hostname: "192.0.2.1", port: 8765 }, () => new Response(), () => new Response()),
    Error,
  );
  assertEquals(
    String(error instanceof Error ? error.message : error).startsWith("Cannot listen on 192.0.2.1:8765: "),
    true,
  );
});
