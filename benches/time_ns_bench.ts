// The time that timeNs() takes, compared with coarser clocks.

import { assert } from "@std/assert/assert";
import { timeNs } from "../mod.ts";

assert(timeNs() > BigInt(Date.now() - 1000) * 1_000_000n);

const group = "the time in ns";
Deno.bench({
  name: "Date.now(), in whole ms",
  group,
  baseline: true,
  fn: () => void (BigInt(Date.now()) * 1_000_000n),
});
Deno.bench({ name: "performance.now(), without the date", group, fn: () => void performance.now() });
Deno.bench({ name: "timeNs()", group, fn: () => void timeNs() });
