// Heartbeat: when it pings, what it measures, and when a client counts as gone.

import { assertEquals } from "@std/assert/equals";
import { Heartbeat } from "../../../src/server/direct/heartbeat.ts";
import { TestClock } from "../../support/test_clock.ts";

/** `behindData`: whether pings are only sent by calling the functions in `waiting`. */
function setUp(timeoutMs: number, behindData = false) {
  const waiting: (() => void)[] = [];
  const clock = new TestClock();
  const pings: Uint8Array[] = [];
  const silent: number[] = [];
  const start = clock.now();
  const heartbeat = new Heartbeat(clock, timeoutMs, {
    ping: (payload, sent) => {
      pings.push(payload.slice());
      if (!behindData) return sent();
      waiting.push(sent);
    },
    silent: () => silent.push(clock.now() - start),
  });
  heartbeat.start();
  return { clock, pings, silent, heartbeat, waiting };
}

Deno.test("Heartbeat pings after 1 s, and then twice within the timeout", () => {
  const { clock, pings, heartbeat } = setUp(10_000);
  const counts: number[] = [];
  for (const ms of [999, 1, 4999, 1, 5000]) {
    clock.advance(ms);
    heartbeat.heard();
    counts.push(pings.length);
  }
  assertEquals(counts, [0, 1, 1, 2, 3]);
});

Deno.test("Heartbeat reports a client that does not answer a ping within half of the timeout, once", () => {
  const { clock, pings, silent } = setUp(10_000);
  for (let count = 0; count < 30; count++) clock.advance(1000);
  assertEquals([pings.length, silent, clock.pendingTimers], [1, [6000], 0]);
});

Deno.test("Heartbeat does not report a client that sends anything", () => {
  const { clock, silent, heartbeat } = setUp(2000);
  for (let count = 0; count < 30; count++) {
    clock.advance(1000);
    heartbeat.heard();
  }
  assertEquals(silent, []);
});

Deno.test("Heartbeat measures the round trip of its last ping", () => {
  const { clock, pings, heartbeat } = setUp(10_000);
  clock.advance(1000);
  assertEquals(heartbeat.roundTripMs, undefined);
  clock.advance(12);
  heartbeat.pong(pings[0]!);
  assertEquals(heartbeat.roundTripMs, 12);
  heartbeat.heard();
  clock.advance(5000);
  // Answers to earlier pings, and pongs without a ping, do not count.
  for (const wrong of [pings[0]!, new Uint8Array(), new Uint8Array(4), new Uint8Array(5)]) heartbeat.pong(wrong);
  assertEquals([pings.length, heartbeat.roundTripMs], [2, 12]);
  heartbeat.pong(pings[1]!);
  assertEquals(heartbeat.roundTripMs, 0);
});

Deno.test("Heartbeat.pong() returns the round trip once for each ping", () => {
  const { clock, pings, heartbeat } = setUp(10_000);
  assertEquals(heartbeat.pong(new Uint8Array(4)), undefined);
  clock.advance(1000);
  clock.advance(12);
  assertEquals([heartbeat.pong(new Uint8Array(3)), heartbeat.pong(pings[0]!)], [undefined, 12]);
  clock.advance(5);
  assertEquals([heartbeat.pong(pings[0]!), heartbeat.roundTripMs], [undefined, 12]);
});

Deno.test("Heartbeat with timeout 0 sends nothing, and needs no timer", () => {
  const { clock, pings, silent } = setUp(0);
  assertEquals([clock.pendingTimers, pings, silent], [0, [], []]);
});

Deno.test("Heartbeat.stop() stops the pings", () => {
  const { clock, pings, heartbeat } = setUp(10_000);
  heartbeat.stop();
  clock.advance(60_000);
  assertEquals([clock.pendingTimers, pings], [0, []]);
});

Deno.test("Heartbeat waits for the answer to a ping only after it was sent", () => {
  const { clock, pings, silent, waiting } = setUp(10_000, true);
  clock.advance(60_000);
  assertEquals([pings.length, silent, clock.pendingTimers], [1, [], 0]);
  waiting.pop()?.();
  clock.advance(4999);
  assertEquals(silent, []);
  clock.advance(1);
  assertEquals(silent, [65_000]);
});

Deno.test("Heartbeat starts no timer for a ping that is sent after stop()", () => {
  const { clock, heartbeat, waiting } = setUp(10_000, true);
  clock.advance(1000);
  heartbeat.stop();
  waiting.pop()?.();
  assertEquals(clock.pendingTimers, 0);
});
