// StatusThrottle, with times that the tests choose.

import { assertEquals } from "@std/assert/equals";
import { StatusThrottle } from "../../src/session/status_throttle.ts";

/** The verdicts on this number of statuses at one time. */
function admitAt(throttle: StatusThrottle, nowMs: number, times: number): Record<string, number> {
  const verdicts: Record<string, number> = { send: 0, summarize: 0, drop: 0 };
  for (let time = 0; time < times; time++) verdicts[throttle.admit(nowMs)]! += 1;
  return verdicts;
}

Deno.test("StatusThrottle.admit() sends ten statuses, summarizes at the eleventh, and drops the others", () => {
  const throttle = new StatusThrottle();
  const verdicts = Array.from({ length: 13 }, () => throttle.admit(5));
  assertEquals(verdicts, [...Array<string>(10).fill("send"), "summarize", "drop", "drop"]);
});

Deno.test("StatusThrottle.admit() counts all statuses within one second of the first", () => {
  const throttle = new StatusThrottle();
  assertEquals(admitAt(throttle, 100, 4), { send: 4, summarize: 0, drop: 0 });
  assertEquals(admitAt(throttle, 600, 4), { send: 4, summarize: 0, drop: 0 });
  assertEquals(admitAt(throttle, 1099.9, 4), { send: 2, summarize: 1, drop: 1 });
});

Deno.test("StatusThrottle.admit() starts again one second after the first status", () => {
  const throttle = new StatusThrottle();
  assertEquals(admitAt(throttle, 100, 1000), { send: 10, summarize: 1, drop: 989 });
  assertEquals(admitAt(throttle, 1100, 12), { send: 10, summarize: 1, drop: 1 });
  assertEquals(admitAt(throttle, 1_000_000, 12), { send: 10, summarize: 1, drop: 1 });
});

Deno.test("StatusThrottle.admit() sends again during a flood that does not end", () => {
  const throttle = new StatusThrottle();
  let sent = 0;
  // Every millisecond for five seconds: dropped statuses must not extend the window.
  for (let nowMs = 0; nowMs < 5000; nowMs++) if (throttle.admit(nowMs) !== "drop") sent += 1;
  assertEquals(sent, 5 * 11);
});

Deno.test("StatusThrottle.admit() never drops up to ten statuses per second", () => {
  const throttle = new StatusThrottle();
  for (let nowMs = 0; nowMs < 10_000; nowMs += 100) assertEquals(throttle.admit(nowMs), "send", `at ${nowMs} ms`);
});

Deno.test("StatusThrottle.admit() works with a clock that starts at zero, as at process start", () => {
  assertEquals(admitAt(new StatusThrottle(), 0, 11), { send: 10, summarize: 1, drop: 0 });
});
