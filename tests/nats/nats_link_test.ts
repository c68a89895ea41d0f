// NatsLink: what the log says when the connection is lost, and when it is back.

import { assertEquals } from "@std/assert/equals";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

/** Lets promises go on. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function followedLink() {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const lines: string[] = [];
  const counts = { dropped: 5 };
  const link = linkOn(connection, clock, { log: (line) => lines.push(line) });
  link.follow({ disconnected: () => {}, reconnected: () => {}, closed: () => {}, dropped: () => counts.dropped });
  const event = async (type: "disconnect" | "reconnect") => {
    connection.event(type);
    await turn();
  };
  return { link, clock, lines, counts, event };
}

Deno.test("NatsLink logs that the connection is back on the level of its loss, with what was dropped", async () => {
  const { link, clock, lines, counts, event } = followedLink();
  await event("disconnect");
  clock.advance(55_000);
  counts.dropped += 123;
  await event("reconnect");
  assertEquals(lines, [
    "test: lost the connection to NATS",
    "test: connected to NATS again after 55 s, 123 messages were dropped",
  ]);
  link.close();
});

Deno.test("NatsLink counts dropped messages since the last loss only", async () => {
  const { link, lines, counts, event } = followedLink();
  await event("disconnect");
  await event("disconnect");
  await event("reconnect");
  await event("disconnect");
  counts.dropped += 1;
  await event("reconnect");
  assertEquals(lines, [
    "test: lost the connection to NATS",
    "test: connected to NATS again after 0 s",
    "test: lost the connection to NATS",
    "test: connected to NATS again after 0 s, 1 message was dropped",
  ]);
  link.close();
});
