// RecentRates: the rates of counts in the last seconds.

import { assertEquals } from "@std/assert/equals";
import { RecentRates, type TrafficCounts } from "../../src/cli/recent_rates.ts";

Deno.test("RecentRates compares counts with those of at most 5 s ago, or with the newest before", () => {
  const rates = new RecentRates<TrafficCounts | undefined>(undefined, 1000);
  const at = (now: number, messages: number) => {
    const counts = { messages, bytes: messages * 10 };
    rates.add(counts, now);
    return rates.of(counts, now, (stats) => stats);
  };
  assertEquals(at(2000, 3), { hz: 3, bytesPerSecond: 30 });
  assertEquals(at(6000, 13), { hz: 2.6, bytesPerSecond: 26 });
  assertEquals(at(7000, 23), { hz: 4, bytesPerSecond: 40 });
  assertEquals(at(17_000, 33), { hz: 1, bytesPerSecond: 10 });
});
