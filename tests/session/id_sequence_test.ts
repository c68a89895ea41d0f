// Ids that are used once.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { IdSequence } from "../../src/session/id_sequence.ts";

Deno.test("IdSequence.next() counts from 1", () => {
  const ids = new IdSequence("channel");
  assertEquals([ids.next(), ids.next(), ids.next()], [1, 2, 3]);
});

Deno.test("IdSequence is independent of other sequences", () => {
  const [channels, services] = [new IdSequence("channel"), new IdSequence("service")];
  channels.next();
  assertEquals(services.next(), 1);
});

Deno.test("IdSequence.next() ends with the largest uint32, and throws from then on", () => {
  const ids = new IdSequence("channel", 0xffff_fffe);
  assertEquals(ids.next(), 0xffff_ffff);
  for (let count = 0; count < 2; count++) {
    assertThrows(() => ids.next(), RangeError, "Cannot add a channel: all ids are used up");
  }
});
