// FoxgloveServer.stats(): which clients connect, and why they are disconnected.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import type { DisconnectionReason } from "../../../src/server/stats/server_stats.ts";
import { NO_DISCONNECTIONS, NO_REFUSALS } from "../../../src/server/stats/zeros.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { clientId, type Conversation, conversation, ODOM, settled } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { startServer } from "../../support/test_server.ts";

function fixture(options: Partial<FoxgloveServerOptions> = {}): Conversation & { clock: TestClock } {
  const clock = new TestClock();
  return { ...conversation(options, { clock }), clock };
}

/** Asserts that clients were disconnected for these reasons, and that each client that connected is accounted for. */
function assertDisconnected(server: FoxgloveServer, reasons: Partial<Record<DisconnectionReason, number>>): void {
  const { connections, disconnections, refusedHandshakes, clients } = server.stats();
  assertEquals(disconnections, { ...NO_DISCONNECTIONS, ...reasons });
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, each) => total + each, 0);
  assertEquals(sum(connections), sum(disconnections) + clients.length);
  assertEquals(refusedHandshakes, NO_REFUSALS);
}

Deno.test("FoxgloveServer.stats() counts connections by subprotocol, also those of clients that have left", () => {
  const { server, client } = fixture();
  client({ subprotocol: "foxglove.sdk.v1.1" }).leaves();
  client({ subprotocol: "foxglove.sdk.v1" });
  client({ subprotocol: "foxglove.websocket.v1" });
  client({ subprotocol: "foxglove.websocket.v1" });
  client();
  assertEquals(server.stats().connections, {
    "foxglove.sdk.v1.1": 1,
    "foxglove.sdk.v1": 1,
    "foxglove.websocket.v1": 2,
    none: 1,
  });
  assertDisconnected(server, { client: 1 });
});

for (
  const [what, event, reason] of [
    ["with a code", { code: 1000, wasClean: true }, "client"],
    ["without a code", { code: 1005, wasClean: true }, "client"],
    ["with the code 1001, which it may use", { code: 1001, wasClean: true }, "client"],
    ["without wasClean, which not every library has", { code: 1001 }, "client"],
    ["without a close frame", { code: 0, wasClean: false }, "error"],
    ["with 1006, which means a lost connection", { code: 1006 }, "error"],
    ["because Deno got no pong", { code: 1001, wasClean: false }, "idle"],
  ] as const
) {
  Deno.test(`FoxgloveServer.stats() counts a connection that ends ${what} as "${reason}"`, () => {
    const { server, client } = fixture();
    const app = client();
    app.leaves(event);
    app.leaves();
    assertDisconnected(server, { [reason]: 1 });
  });
}

Deno.test("FoxgloveServer.stats() counts a broken connection as the close event that follows says, or as an error", async () => {
  const { server, client } = fixture();
  const [idle, lost] = [client(), client()];
  idle.breaks();
  idle.leaves({ code: 1001, wasClean: false });
  lost.breaks();
  await settled();
  lost.leaves();
  assertDisconnected(server, { idle: 1, error: 1 });
});

Deno.test("FoxgloveServer.stats() counts clients that have stopped reading, and clients that do not answer pings", async () => {
  const { server, client, clock } = fixture({ stuckAfterMs: 5000 });
  const [stuck, silent] = [client(), client()];
  stuck.stalls(100);
  silent.stopsAnsweringPings();
  for (let second = 0; second < 10; second++) {
    clock.advance(1000);
    await settled();
  }
  stuck.leaves();
  assertDisconnected(server, { stuck: 1, idle: 1 });
});

Deno.test("FoxgloveServer.stats() counts clients whose queue overflows", async () => {
  const { server, client } = fixture();
  const id = server.addChannel({ ...ODOM, delivery: "reliable" });
  const slow = client();
  slow.subscribes(1, id);
  slow.stalls();
  for (let index = 0; index < 5000; index++) server.sendMessage(id, 1n, "must arrive");
  await settled();
  assertDisconnected(server, { overflow: 1 });
});

Deno.test("FoxgloveServer.stats() counts clients that send too much, although their sockets close at once", async () => {
  const { server, client } = fixture({ maxMessageBytes: 10, maxMessagesPerSecond: 2 });
  const [large, fast] = [client(), client()];
  large.saysRaw(new Uint8Array(11));
  large.leaves();
  for (let count = 0; count < 10; count++) fast.saysRaw("x");
  await settled();
  assertDisconnected(server, { excess: 2 });
});

Deno.test("FoxgloveServer.stats() counts a client by the reason of the server even if its socket closes synchronously", () => {
  const server = new FoxgloveServer({ name: "test", logger: false });
  const socket: FakeServerSocket = new FakeServerSocket({ close: () => socket.emit("close", { wasClean: true }) });
  server.acceptSocket(socket);
  server.disconnect(clientId(1));
  assertDisconnected(server, { program: 1 });
});

Deno.test("FoxgloveServer.stats() counts clients that the program disconnects, and clients at the end of the server", async () => {
  const { server, client } = fixture();
  const [kicked, other] = [client(), client()];
  server.disconnect(clientId(1));
  kicked.leaves();
  assertDisconnected(server, { program: 1 });
  const closed = server.close();
  other.leaves();
  await within(closed, "close()");
  assertDisconnected(server, { program: 1, shutdown: 1 });
});

Deno.test("FoxgloveServer.stats() counts clients that reloadCertificate() disconnects", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  // Another transport does not disconnect them.
  await using server = await startServer({ ...before, transport: "native" });
  using http = Deno.createHttpClient({ caCerts: [before.cert] });
  const socket = new WebSocket(`wss://localhost:${server.addr?.port}`, { client: http } as WebSocketOptions);
  const closed = once(socket, "close");
  await once(socket, "message");
  await server.reloadCertificate(after);
  await closed;
  assertDisconnected(server, { reload: 1 });
});

Deno.test("FoxgloveServer.stats() distinguishes lost, silent and closed connections on real sockets", async () => {
  const left = new Queue<number>("a disconnected client");
  await using server = await startServer({
    idleTimeoutMs: 1000,
    listener: { onClientDisconnect: (_server, { client }) => left.push(client.id) },
  });
  const port = server.addr?.port ?? 0;
  const app = new WebSocket(server.url ?? "", ["foxglove.sdk.v1"]);
  await once(app, "open");
  const closed = once(app, "close");
  app.close(1000, "done");
  await closed;
  await left.next();
  assertDisconnected(server, { client: 1 });
  const lost = await RawSocket.connect({ port });
  await lost.readFrame();
  lost.close();
  await left.next();
  assertDisconnected(server, { client: 1, error: 1 });
  using _silent = await RawSocket.connect({ port });
  await left.next();
  assertDisconnected(server, { client: 1, error: 1, idle: 1 });
});
