// FoxgloveClient.over(): clients over a socket that exists already.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { ExistingSocketOptions } from "../../src/client/existing_socket.ts";
import { CLOCK } from "../../src/clock.ts";
import { ClientLog, FakeConnection, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { TestClock } from "../support/test_clock.ts";

const OPENING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;

/** Begins to connect over a new fake socket, whose `readyState` is absent if it is not given. */
function connectOver({ readyState, protocol = "foxglove.sdk.v1", ...options }: ExistingSocketOptions & {
  readyState?: number;
  protocol?: string;
} = {}) {
  const clock = new TestClock();
  const log = new ClientLog();
  const peer = Object.assign(new FakeConnection("", []), readyState === undefined ? {} : { readyState });
  if (readyState === OPEN) peer.protocol = protocol;
  const connecting = FoxgloveClient.over(peer, { listener: log.listener, ...options, ...{ [CLOCK]: clock } });
  return { clock, log, peer, connecting };
}

for (const readyState of [undefined, OPENING, OPEN]) {
  Deno.test(`FoxgloveClient.over() accepts a socket with readyState ${readyState}`, async () => {
    const { clock, log, peer, connecting } = connectOver(readyState === undefined ? {} : { readyState });
    if (readyState !== OPEN) peer.accepts();
    peer.says(FULL_SERVER_INFO);
    const client = await connecting;
    assertEquals([client.serverInfo.name, peer.binaryType], ["fake", "arraybuffer"]);
    assertEquals(client.state, { type: "open", subprotocol: "foxglove.sdk.v1" });
    client.subscribeConnectionGraph();
    peer.hears({ op: "subscribeConnectionGraph" });
    assertEquals([log.take(), clock.pendingTimers], [[["state", "open"]], 0]);
  });
}

Deno.test("FoxgloveClient.over() accepts an open socket that has no readyState, when it receives a message", async () => {
  const { peer, connecting } = connectOver();
  peer.says(FULL_SERVER_INFO);
  const client = await connecting;
  client.subscribeConnectionGraph();
  peer.hears({ op: "subscribeConnectionGraph" });
  // A late event is ignored.
  peer.accepts();
  assertEquals(client.state.type, "open");
});

Deno.test("FoxgloveClient.over() never reconnects", async () => {
  const { clock, log, peer, connecting } = connectOver({ readyState: OPEN });
  peer.says(FULL_SERVER_INFO);
  const client = await connecting;
  const messages = client.subscribe("/a").next();
  peer.leaves(1001, "robot stops");
  const error = await assertRejects(() => messages, ConnectionClosedError);
  assertEquals(error.message, 'The connection to the server was closed: code 1001, "robot stops"');
  await client.closed;
  assertEquals([log.take(), clock.pendingTimers], [[["state", "open"], ["state", "closed"]], 0]);
});

for (const [readyState, name] of [[CLOSING, "closing"], [CLOSED, "closed"]] as const) {
  Deno.test(`FoxgloveClient.over() rejects for a ${name} socket`, async () => {
    const { clock, peer, connecting } = connectOver({ readyState });
    await assertRejects(
      () => connecting,
      ConnectionClosedError,
      "Cannot connect to the server: the socket is closed",
    );
    if (readyState === CLOSING) peer.leaves();
    assertEquals(clock.pendingTimers, 0);
  });
}

Deno.test("FoxgloveClient.over() rejects if the socket closes or times out before serverInfo", async () => {
  const lost = connectOver({ readyState: OPENING });
  lost.peer.leaves(1006);
  await assertRejects(() => lost.connecting, ConnectionClosedError, "Cannot connect to the server: code 1006");
  const slow = connectOver({ readyState: OPEN, connectTimeoutMs: 5 });
  slow.clock.advance(5);
  await assertRejects(
    () => slow.connecting,
    ConnectionClosedError,
    "Cannot connect to the server: the server did not send serverInfo within 5 ms",
  );
  assertEquals(slow.peer.closedWith, 1000);
});

Deno.test("FoxgloveClient.over() closes the socket if its signal aborts, before or afterwards", async () => {
  for (const isEarly of [true, false]) {
    const control = new AbortController();
    if (isEarly) control.abort(new Error("enough"));
    const { peer, connecting } = connectOver({ readyState: OPEN, signal: control.signal });
    control.abort(new Error("enough"));
    await assertRejects(() => connecting, Error, "enough");
    assertEquals(peer.closedWith, 1000);
  }
});

Deno.test("FoxgloveClient.over() takes the subprotocol from its option or from the socket", async () => {
  const given = connectOver({ readyState: OPEN, protocol: "", subprotocol: "foxglove.sdk.v1.1" });
  given.peer.says(FULL_SERVER_INFO);
  assertEquals((await given.connecting).state, { type: "open", subprotocol: "foxglove.sdk.v1.1" });
  const none = connectOver({ readyState: OPEN, protocol: "" });
  none.peer.says(FULL_SERVER_INFO);
  assertEquals((await none.connecting).state, { type: "open", subprotocol: undefined });
  assertEquals(none.log.take().map(([, text]) => text), [
    'The socket has no subprotocol, and neither has the option "subprotocol": assuming foxglove.websocket.v1',
    "open",
  ]);
  const unknown = connectOver({ readyState: OPEN, protocol: "mqtt" });
  await assertRejects(
    () => unknown.connecting,
    ConnectionClosedError,
    'Cannot connect to the server: its subprotocol is "mqtt", which is not one of foxglove.sdk.v1.1, ' +
      "foxglove.sdk.v1, foxglove.websocket.v1",
  );
});

Deno.test("FoxgloveClient.over() does not touch the socket if an option is out of range", async () => {
  const { peer, connecting } = connectOver({ readyState: OPEN, maxKept: 0 });
  await assertRejects(() => connecting, RangeError, "maxKept must be above 0");
  assertEquals([peer.binaryType, peer.closedWith], ["blob", undefined]);
});
