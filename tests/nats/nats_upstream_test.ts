// NatsUpstream: the reason for which a robot is away, and a robot that was never seen.

import { assertEquals } from "@std/assert/equals";
import { NatsUpstream } from "../../src/nats/nats_upstream.ts";
import { encodeHeartbeat, HEARTBEAT_MS } from "../../src/nats/presence.ts";
import { Subjects } from "../../src/nats/subjects.ts";
import type { UpstreamSink } from "../../src/relay/mirror/upstream.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

/** Returns an upstream that has received a heartbeat, unless `isSeen` is false. */
function upstreamWith({ isSeen = true } = {}) {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const lines: string[] = [];
  const link = linkOn(connection, clock, { log: (line) => void lines.push(line) });
  const reasons: string[] = [];
  const sink = { disconnected: (reason: string) => void reasons.push(reason) } as UpstreamSink;
  const upstream = new NatsUpstream(link, new Subjects("Cannot", "fg"), 2000);
  upstream.open(sink);
  const heartbeat = { run: "run", startedAt: 0, version: 0, sentMs: 0, period: 0, isLast: false };
  const beat = () => {
    const data = new TextEncoder().encode(encodeHeartbeat(heartbeat));
    connection.deliver("fg.alive", { subject: "fg.alive", data });
  };
  /** Lets time pass without a pause of the process. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += HEARTBEAT_MS) clock.advance(HEARTBEAT_MS);
  };
  if (isSeen) beat();
  return { connection, clock, window: link.window, upstream, reasons, lines, beat, pass };
}

Deno.test("NatsUpstream does not blame the robot when the edge has lost its own connection", async () => {
  const { pass, window, upstream, reasons } = upstreamWith();
  window.disconnected();
  pass(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the connection to NATS is lost");
  await upstream.close();
});

Deno.test("NatsUpstream does not blame the robot when the edge's own connection is closed", async () => {
  const { connection, pass, window, upstream, reasons } = upstreamWith();
  connection.close();
  window.disconnected();
  pass(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the connection to NATS is closed for good");
  await upstream.close();
});

Deno.test("NatsUpstream says that a robot sends no heartbeats", async () => {
  const { pass, upstream, reasons } = upstreamWith();
  pass(3 * HEARTBEAT_MS);
  assertEquals(reasons.at(-1), "the robot sends no heartbeats");
  await upstream.close();
});

Deno.test("NatsUpstream reads the heartbeats that have arrived during a pause of the process", async () => {
  const { clock, upstream, reasons, beat, pass } = upstreamWith();
  clock.advance(10_000);
  beat();
  pass(2 * HEARTBEAT_MS);
  assertEquals(reasons, []);
  clock.advance(10_000);
  pass(HEARTBEAT_MS);
  assertEquals(reasons, ["the robot sends no heartbeats"]);
  await upstream.close();
});

Deno.test("NatsUpstream reports a robot that was never seen after 5 s, once", async () => {
  const { clock, upstream, reasons, lines } = upstreamWith({ isSeen: false });
  clock.advance(4000);
  assertEquals([lines, reasons], [[], []]);
  clock.advance(60_000);
  const reason = 'no robot with the prefix "fg" has been seen on this NATS';
  const checks = "check that it is started, that its log has no error, and that its prefix is the same";
  assertEquals([lines, reasons], [[`test: ${reason}; ${checks}`], [reason]]);
  await upstream.close();
});

Deno.test("NatsUpstream does not call a robot missing while NATS is away, or once it has received a heartbeat", async () => {
  const { connection, clock, window, upstream, reasons, lines, beat, pass } = upstreamWith({ isSeen: false });
  window.disconnected();
  clock.advance(10_000);
  assertEquals([lines, reasons], [[], []]);
  connection.event("reconnect");
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  // The robot has to reconnect as well.
  clock.advance(4000);
  assertEquals([lines, reasons], [[], []]);
  beat();
  pass(10_000);
  assertEquals([lines, reasons], [[], ["the robot sends no heartbeats"]]);
  await upstream.close();
});
