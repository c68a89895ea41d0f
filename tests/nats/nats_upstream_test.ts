// NatsUpstream: the reason for which a robot is away.

import { assertEquals } from "@std/assert/equals";
import { NatsUpstream } from "../../src/nats/nats_upstream.ts";
import { encodeHeartbeat, HEARTBEAT_MS } from "../../src/nats/presence.ts";
import { Subjects } from "../../src/nats/subjects.ts";
import type { UpstreamSink } from "../../src/relay/mirror/upstream.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

function upstreamWith() {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const link = linkOn(connection, clock);
  const reasons: string[] = [];
  const sink = { disconnected: (reason: string) => void reasons.push(reason) } as UpstreamSink;
  const upstream = new NatsUpstream(link, new Subjects("Cannot", "fg"), 2000);
  upstream.open(sink);
  const heartbeat = { run: "run", startedAt: 0, version: 0, sentMs: 0, period: 0, isLast: false };
  connection.deliver("fg.alive", { subject: "fg.alive", data: new TextEncoder().encode(encodeHeartbeat(heartbeat)) });
  return { connection, clock, window: link.window, upstream, reasons };
}

Deno.test("NatsUpstream does not blame the robot when the edge has lost its own connection", async () => {
  const { clock, window, upstream, reasons } = upstreamWith();
  window.disconnected();
  clock.advance(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the connection to NATS is lost");
  await upstream.close();
});

Deno.test("NatsUpstream does not blame the robot when the edge's own connection is closed", async () => {
  const { connection, clock, window, upstream, reasons } = upstreamWith();
  connection.close();
  window.disconnected();
  clock.advance(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the connection to NATS is closed for good");
  await upstream.close();
});

Deno.test("NatsUpstream says that a robot sends no heartbeats", async () => {
  const { clock, upstream, reasons } = upstreamWith();
  clock.advance(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the robot sends no heartbeats");
  await upstream.close();
});
