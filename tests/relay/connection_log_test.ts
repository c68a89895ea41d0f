// The log of the connection of an upstream that logs its absence by itself, as robots on NATS do.

import { assertEquals } from "@std/assert/equals";
import { ConnectionLog } from "../../src/relay/mirror/connection_log.ts";
import { TestClock } from "../support/test_clock.ts";
import { recordingLogger } from "../support/test_server.ts";

Deno.test("ConnectionLog does not repeat a failure that the upstream has logged, but logs the return on its level", () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const log = new ConnectionLog("robot", { label: "NATS", points: { clock, logger } });
  log.failed("never seen", true);
  clock.advance(10_000);
  assertEquals([lines.length, clock.pendingTimers], [0, 0]);
  log.connected();
  log.lost("no heartbeats");
  log.failed("the connection to NATS is lost", false);
  log.connected();
  assertEquals([lines, clock.pendingTimers], [[
    "warn: NATS: robot is connected",
    "warn: NATS: lost robot: no heartbeats",
    "warn: NATS: robot is connected again",
  ], 0]);
});

Deno.test("ConnectionLog writes no failure later when the upstream leads back or is removed", () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const log = new ConnectionLog("robot", { label: "Relay", points: { clock, logger } });
  log.failed("connection refused", false);
  log.notRelayed("it is this relay itself");
  log.failed("connection refused", false);
  log.close();
  clock.advance(10_000);
  assertEquals(lines, ["error: Relay: robot is not relayed: it is this relay itself"]);
});
