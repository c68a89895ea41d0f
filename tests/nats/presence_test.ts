// Presence: which run of a robot is the current one.

import { assertEquals } from "@std/assert/equals";
import { decodeHeartbeat, encodeHeartbeat, mustEnd, Presence } from "../../src/nats/presence.ts";

const A = { run: "a", isLast: false };
const B = { run: "b", isLast: false };

Deno.test("Presence: a run begins, goes on, is away and returns", () => {
  const presence = new Presence();
  assertEquals([presence.isAway, presence.check(0)], [true, false]);
  assertEquals(presence.receive(A, 1000), "begun");
  assertEquals(presence.receive(A, 2000), "same");
  assertEquals([presence.check(4999), presence.isAway], [false, false]);
  assertEquals([presence.check(5000), presence.isAway], [true, true]);
  assertEquals(presence.check(6000), false);
  assertEquals([presence.receive(A, 7000), presence.isAway], ["returned", false]);
});

Deno.test("Presence: a new run replaces the old one, whose late heartbeats do not count", () => {
  const presence = new Presence();
  presence.receive(A, 0);
  assertEquals([presence.receive(B, 100), presence.run], ["begun", "b"]);
  assertEquals([presence.receive(A, 200), presence.run], ["rival", "b"]);
  // The newer one is gone for good.
  presence.check(10_000);
  assertEquals([presence.receive(A, 10_000), presence.run], ["begun", "a"]);
});

Deno.test("Presence: a run says that it ends", () => {
  const presence = new Presence();
  presence.receive(A, 0);
  assertEquals([presence.receive({ run: "a", isLast: true }, 1), presence.isAway], ["ended", true]);
  assertEquals(presence.receive({ run: "a", isLast: true }, 2), "ignored");
  assertEquals(presence.receive({ run: "b", isLast: true }, 3), "ignored");
  assertEquals(presence.receive(B, 4), "begun");
});

Deno.test("heartbeats are JSON, and wrong ones are ignored", () => {
  const heartbeat = { run: "a", startedAt: 1.5, version: 2, sentMs: 3, period: 4, isLast: false };
  const encoder = new TextEncoder();
  assertEquals(decodeHeartbeat(encoder.encode(encodeHeartbeat(heartbeat))), heartbeat);
  for (
    const wrong of [
      "",
      "null",
      "[]",
      "{",
      JSON.stringify({ ...heartbeat, run: "a.b" }),
      JSON.stringify({ ...heartbeat, run: 1 }),
      JSON.stringify({ ...heartbeat, version: -1 }),
      JSON.stringify({ ...heartbeat, sentMs: "3" }),
      JSON.stringify({ ...heartbeat, isLast: undefined }),
    ]
  ) assertEquals(decodeHeartbeat(encoder.encode(wrong)), undefined, wrong);
});

Deno.test("mustEnd(): exactly one of two robots ends", () => {
  const [early, late, alsoLate] = [{ run: "z", startedAt: 1 }, { run: "a", startedAt: 2 }, { run: "b", startedAt: 2 }];
  assertEquals([mustEnd(early, late), mustEnd(late, early)], [false, true]);
  assertEquals([mustEnd(late, alsoLate), mustEnd(alsoLate, late)], [false, true]);
});
