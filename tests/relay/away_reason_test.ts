// Why a robot is not connected, as viewers read it.

import { assertEquals } from "@std/assert/equals";
import { shortReason, withoutTokens } from "../../src/relay/mirror/away_reason.ts";
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
    'SyntaxError: "ws://me:secret@robot/path?token=secret" is not valid': 'SyntaxError: "…" is not valid',
    "?token=secret&x, Bearer secret, foxglove.token.secret": "?token=…&x, Bearer …, foxglove.token.…",
    "the robot sends no heartbeats": "the robot sends no heartbeats",
    "access_token=secret": "access_token=…",
    "cannot read https://u:p@q@host/path; code 1006": "cannot read …; code 1006",
    "connect EHOSTUNREACH 10.0.0.5:8765": "connect EHOSTUNREACH",
    "connect ECONNREFUSED ::1:8765 - Local (::1:40000)": "connect ECONNREFUSED",
    "connect ETIMEDOUT fe80::1%eth0": "connect ETIMEDOUT",
    "timeout at [2001:db8::5]:8765 after 30 s": "timeout at … after 30 s",
    "getaddrinfo ENOTFOUND robot.local": "getaddrinfo ENOTFOUND",
    "robot.local:8765 and robot:80 do not answer": "… and … do not answer",
    'code 1011, "std::bad_alloc in node::run at 12:30:45"': 'code 1011, "std::bad_alloc in node::run at 12:30:45"',
  };
  assertEquals(Object.keys(reasons).map(shortReason), Object.values(reasons));
  assertEquals(shortReason("x".repeat(200)), `${"x".repeat(120)}…`);
});

Deno.test("withoutTokens() removes passwords and tokens, and leaves addresses", () => {
  const texts = {
    "ws://u:p@q@robot:8765/path?token=secret failed": "ws://robot:8765/path failed",
    '"wss://user@robot/" and "me@robot"': '"wss://robot/" and "me@robot"',
    "access_token=secret&ACCESS_TOKEN=secret,mytoken=secret": "access_token=…&ACCESS_TOKEN=…,mytoken=…",
    "connect EHOSTUNREACH 10.0.0.5:8765": "connect EHOSTUNREACH 10.0.0.5:8765",
  };
  assertEquals(Object.keys(texts).map(withoutTokens), Object.values(texts));
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
