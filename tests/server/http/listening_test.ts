// Listening: what is said where it is not possible.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { listen } from "../../../src/server/http/listening.ts";

Deno.test("listen() names the address that it cannot listen on", () => {
  // Of a block for documentation, which no machine has; where nets are restricted that is the error.
  const error = assertThrows(
    () => listen({ hostname: "192.0.2.1", port: 8765 }, () => new Response(), () => new Response()),
    Error,
  );
  assertEquals(
    String(error instanceof Error ? error.message : error).startsWith("Cannot listen on 192.0.2.1:8765: "),
    true,
  );
});
