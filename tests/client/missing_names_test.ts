// Topics and services that the server does not have.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { channel, ODOM, service, settled } from "../support/conversation.ts";
import { connectedClient, FAKE_URL, FakeServer, FULL_SERVER_INFO } from "../support/fake_server.ts";

const RESET = { id: service(1), name: "/reset", type: "", requestSchema: "", responseSchema: "" };

/** A signal that times out when `timeOut` is called. */
function timeLimit() {
  const control = new AbortController();
  const reason = new DOMException("Signal timed out.", "TimeoutError");
  return { signal: control.signal, reason, timeOut: () => control.abort(reason) };
}

Deno.test("FoxgloveClient warns once, after 2 s, about a topic and a service that the server does not have", async () => {
  const { client, peer, server, log } = await connectedClient();
  peer.says({ op: "advertise", channels: [{ ...ODOM, id: channel(1), topic: "/odometry" }] });
  peer.says({ op: "advertiseServices", services: [RESET] });
  log.take();
  using _one = client.subscribe("/odometri", { onMessage() {} });
  client.subscribe("/odometri");
  client.subscribe("/unlike");
  client.subscribe("/odometry");
  client.subscribe(() => false);
  void client.waitForChannel("/wait").catch(() => {});
  void client.service("/rest").call({}).catch(() => {});
  void client.waitForService("/rest").catch(() => {});
  await settled();
  server.clock.advance(1999);
  assertEquals(log.take(), []);
  server.clock.advance(1);
  const warnings = [
    'The server has no topic "/odometri"; did you mean "/odometry"?',
    'The server has no topic "/unlike"',
    'The server has no topic "/wait"',
    'The server has no service "/rest"; did you mean "/reset"?',
  ];
  assertEquals(log.take(), warnings.map((text) => ["warning", text]));
  client.subscribe("/odometri");
  assertEquals([server.clock.pendingTimers, log.take()], [0, []]);
});

Deno.test("FoxgloveClient does not warn about names that appear, or that are not used any more", async () => {
  const { client, peer, server, log } = await connectedClient();
  client.subscribe("/odom");
  client.subscribe("/closed").close();
  const control = new AbortController();
  const waiting = client.waitForService("/reset", { signal: control.signal });
  const late = client.waitForChannel("/late");
  peer.says({ op: "advertise", channels: [{ ...ODOM, id: channel(1), topic: "/odom" }] });
  peer.says({ op: "advertise", channels: [{ ...ODOM, id: channel(2), topic: "/late" }] });
  control.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await late;
  log.take();
  server.clock.advance(2000);
  assertEquals([server.clock.pendingTimers, log.take()], [0, []]);
});

Deno.test("FoxgloveClient warns about missing names 2 s after serverInfo, and not while disconnected", async () => {
  const { client, peer, server, log } = await connectedClient();
  client.subscribe("/odom");
  peer.leaves();
  void client.waitForChannel("/wait").catch(() => {});
  void client.waitForService("/reset").catch(() => {});
  server.clock.advance(10_000);
  const next = await server.next();
  next.accepts();
  log.take();
  server.clock.advance(5000);
  next.says(FULL_SERVER_INFO);
  log.take();
  server.clock.advance(1999);
  assertEquals(log.take(), []);
  server.clock.advance(1);
  assertEquals(log.take(), [
    ["warning", 'The server has no topic "/wait"'],
    ["warning", 'The server has no topic "/odom"'],
    ["warning", 'The server has no service "/reset"'],
  ]);
  client.subscribe("/another");
  const closing = client.close();
  next.leaves(1000);
  await closing;
  assertEquals(server.clock.pendingTimers, 0);
});

Deno.test("FoxgloveClient warns about at most 100 names", async () => {
  const { client, server, log } = await connectedClient();
  for (let index = 0; index < 150; index++) client.subscribe(`/topic${index}`);
  server.clock.advance(2000);
  assertEquals(log.take().length, 100);
});

Deno.test("an error of a time limit names the service or the topic, and keeps the reason as its cause", async () => {
  const { client, peer } = await connectedClient();
  peer.says({ op: "advertiseServices", services: [RESET] });
  for (
    const [start, text] of [
      [
        (signal: AbortSignal) => client.service("/rest").call({}, { signal }),
        'service "/rest" in time: the server has no such service; did you mean "/reset"?',
      ],
      [
        (signal: AbortSignal) => client.waitForChannel("/odom", { signal }),
        'topic "/odom" in time: the server has no such topic',
      ],
    ] as const
  ) {
    const { signal, reason, timeOut } = timeLimit();
    const waiting = start(signal);
    await settled();
    timeOut();
    const error = await assertRejects(() => waiting as Promise<unknown>, Error);
    assertEquals([error.message, error.name, error.cause], [`Cannot find ${text}`, "TimeoutError", reason]);
  }
});

Deno.test("an error of a time limit says that the client is not connected", async () => {
  const { client, peer } = await connectedClient();
  peer.leaves();
  const { signal, timeOut } = timeLimit();
  const waiting = client.waitForService("/reset", { signal });
  timeOut();
  await assertRejects(() => waiting, Error, 'Cannot find service "/reset" in time: the client is not connected');
});

Deno.test("ServiceCaller.call() names the service that does not answer in time", async () => {
  const { client, peer } = await connectedClient();
  peer.says({ op: "advertiseServices", services: [RESET] });
  const { signal, reason, timeOut } = timeLimit();
  const waiting = client.service("/reset").call({}, { signal });
  await settled();
  timeOut();
  const error = await assertRejects(() => waiting, Error);
  assertEquals(error.message, 'Cannot call service "/reset": the server did not answer in time');
  assertEquals([error.name, error.cause], ["TimeoutError", reason]);
});

Deno.test("a request that the server does not answer rejects with the reason of its time limit", async () => {
  const { client } = await connectedClient();
  const { signal, reason, timeOut } = timeLimit();
  const waiting = client.getParameters([], { signal });
  timeOut();
  assertEquals(await waiting.catch((error) => error), reason);
});

Deno.test("callService() suggests the name of a service", async () => {
  const { client, peer } = await connectedClient();
  peer.says({ op: "advertiseServices", services: [RESET] });
  await assertRejects(() => client.callService("/rest", ""), TypeError, 'no such service; did you mean "/reset"?');
});

Deno.test("an error of a time limit names the server, or why the last attempt to connect to it failed", async () => {
  for (const hasFailed of [false, true]) {
    const server = new FakeServer();
    const { signal, reason, timeOut } = timeLimit();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ signal, retryInitialConnect: true }));
    const peer = await server.next();
    if (hasFailed) peer.fails("no route");
    timeOut();
    const error = await assertRejects(() => connecting, Error, hasFailed ? "no route" : "did not answer in time");
    assertEquals(error.message.startsWith("Cannot connect to ws://robot:8765/path"), true);
    assertEquals([error.name, error.cause], ["TimeoutError", reason]);
    peer.leaves();
  }
});
