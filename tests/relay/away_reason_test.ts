// Why a robot is not connected, as viewers read it.

import { assertEquals } from "@std/assert/equals";
import { shortReason } from "../../src/relay/mirror/away_reason.ts";
import { FakeServer } from "../support/fake_server.ts";
import { closing, startRelay } from "./fixture.ts";

Deno.test("shortReason() returns the first line without the address, and never a token", () => {
  const offers = "offering foxglove.sdk.v1.1, foxglove.sdk.v1";
  const reasons = {
    [`Cannot connect to ws://robot:80/, ${offers}: connection refused`]: "connection refused",
    [`Cannot connect to ws://robot:80/, ${offers}: NetworkError: failed to connect to WebSocket: dns error`]:
      "dns error",
    "Cannot connect to ws://robot:80/: the server did not answer within 10 ms":
      "the server did not answer within 10 ms",
    'The connection to ws://robot/ was closed: code 1001, "bye"\nline 2': 'code 1001, "bye"',
    'SyntaxError: "ws://me:secret@robot/path?token=secret" is not valid': 'SyntaxError: "ws://robot/path" is not valid',
    "?token=secret&x, Bearer secret, foxglove.token.secret": "?token=…&x, Bearer …, foxglove.token.…",
    "the robot sends no heartbeats": "the robot sends no heartbeats",
  };
  assertEquals(Object.keys(reasons).map(shortReason), Object.values(reasons));
  assertEquals(shortReason("x".repeat(200)), `${"x".repeat(120)}…`);
});

Deno.test("relay() replaces the status of a lost robot when the reason changes, and not otherwise", async () => {
  const fake = new FakeServer();
  const createWebSocket = fake.options().createWebSocket!;
  await using relay = await startRelay([{ url: "ws://robot", name: "mine", createWebSocket }]);
  await using viewer = await relay.view();
  relay.clock.advance(2000);
  assertEquals((await viewer.statuses.next()).message, "mine: not connected");
  for (const reason of ["low battery", "low battery", "shutdown"]) (await fake.next()).leaves(1001, reason);
  const texts = [(await viewer.statuses.next()).message, (await viewer.statuses.next()).message];
  assertEquals(texts.map((text) => text.split('"')), [
    ["mine: not connected (code 1001, ", "low battery", ")"],
    ["mine: not connected (code 1001, ", "shutdown", ")"],
  ]);
  assertEquals(viewer.client.statuses.size, 1);
  closing(await fake.next());
});
