// settledWithin(): waiting for promises with a time limit.

import { assertEquals } from "@std/assert/equals";
import { settledWithin } from "../../src/server/settled_within.ts";
import { MACHINE_CLOCK } from "../../src/machine_clock.ts";
import { within } from "../support/events.ts";

Deno.test("settledWithin() waits for all promises, resolved or rejected, up to its limit", async () => {
  const settled = settledWithin(MACHINE_CLOCK, 60_000, [Promise.resolve(), Promise.reject(new Error("no")), undefined]);
  await within(settled, "all to be settled");
  await within(settledWithin(MACHINE_CLOCK, 1, [new Promise(() => {})]), "the limit");
  assertEquals(await settledWithin(MACHINE_CLOCK, 0, []), undefined);
});
