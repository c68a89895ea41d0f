// Runs the load client against our server, each in its own process. The tests do not check the figures themselves.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { measureLoadOnce, measureSchemasOnce, measureStorm } from "./load_run.ts";
import { OURS } from "./server_kinds.ts";

Deno.test("measureLoadOnce() counts all messages of a server that publishes without pause", async () => {
  const report = await measureLoadOnce(OURS, {
    clients: 2,
    payloadBytes: 1000,
    rateHz: 0,
    warmUpMs: 0,
    measureMs: 200,
  });
  assert(report.messages > 0 && report.fewestMessages > 0);
  assertEquals(report.payloadBytes, 1000 * report.messages);
  assertEquals(report.missing, 0);
  assertEquals(report.latencyMs, undefined);
});

Deno.test("measureLoadOnce() reports the latency of messages at a fixed rate", async () => {
  const report = await measureLoadOnce(OURS, {
    clients: 1,
    payloadBytes: 10,
    rateHz: 100,
    warmUpMs: 0,
    measureMs: 200,
  });
  assert(report.latencyMs && report.latencyMs.p50 <= report.latencyMs.p99);
});

Deno.test("measureStorm() serves every client", async () => {
  assertEquals((await measureStorm(OURS, 20)).served, 20);
});

Deno.test("measureSchemasOnce() receives fewer bytes with foxglove.sdk.v1.1", async () => {
  const plan = { channels: 10, schemas: 1, schemaBytes: 3000, warmUpMs: 0, measureMs: 0 };
  const repeated = await measureSchemasOnce(plan, "foxglove.sdk.v1");
  const once = await measureSchemasOnce(plan, "foxglove.sdk.v1.1");
  assertEquals([repeated.connects, once.connects], [1, 1]);
  // In base64, each of the ten schemas has 4000 bytes.
  assert(repeated.bytes > 40_000 && once.bytes > 4000 && once.bytes < 8000);
});
