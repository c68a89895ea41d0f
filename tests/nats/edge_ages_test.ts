// EdgeAges: what edges send too late.

import { assertEquals } from "@std/assert/equals";
import { EdgeAges } from "../../src/nats/edge_ages.ts";

Deno.test("EdgeAges accepts what takes at most maxAgeMs longer than the fastest message of the same edge", () => {
  let now = 5000;
  const ages = new EdgeAges(1000, () => now);
  ages.observe("a", { sentMs: 0, period: 0 });
  now = 6000;
  assertEquals(ages.accepts("a", { sentMs: 1000, period: 0 }), true);
  assertEquals(ages.accepts("a", { sentMs: 100, period: 0 }), true);
  assertEquals(ages.accepts("a", { sentMs: 0, period: 0 }), true);
  now = 7000;
  assertEquals(ages.accepts("a", { sentMs: 900, period: 0 }), false);
  // For another edge, the same time is new, because each edge has its own clock.
  assertEquals(ages.accepts("b", { sentMs: 900, period: 0 }), true);
  assertEquals(ages.tooOld, 1);
});

Deno.test("EdgeAges remembers a silent edge, except the oldest of very many", () => {
  let now = 0;
  const ages = new EdgeAges(1000, () => now);
  ages.observe("first", { sentMs: 0, period: 0 });
  ages.observe("second", { sentMs: 0, period: 0 });
  for (let edge = 0; edge < 998; edge++) ages.observe(`edge${edge}`, { sentMs: 0, period: 0 });
  now = 60_000;
  assertEquals(ages.accepts("first", { sentMs: 10, period: 0 }), false);
  ages.observe("one more", { sentMs: 0, period: 0 });
  assertEquals(ages.accepts("second", { sentMs: 10, period: 0 }), true);
  assertEquals(ages.accepts("first", { sentMs: 10, period: 0 }), false);
  assertEquals(ages.tooOld, 2);
});
