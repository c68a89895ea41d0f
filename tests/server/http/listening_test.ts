// Listening: what is said where it is not possible.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { listen, settledWithin } from "../../../src/server/http/listening.ts";
import { within } from "../../support/events.ts";

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

Deno.test("settledWithin() waits for all, whether they succeed or fail, but not for ever", async () => {
  const settled = settledWithin(60_000, [Promise.resolve(), Promise.reject(new Error("no")), undefined]);
  await within(settled, "all to be settled");
  await within(settledWithin(1, [new Promise(() => {})]), "the end of its patience");
  assertEquals(await settledWithin(0, []), undefined);
});
