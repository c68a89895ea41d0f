// Lifecycle: how servers start and stop, and how clients disconnect.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { FakeServerSocket } from "../support/fake_server_socket.ts";
import { clientChannel, conversation, HookLog, ODOM } from "../support/conversation.ts";
import { once, within } from "../support/events.ts";
import { Program } from "../support/program.ts";
import { Opcode, RawSocket } from "../support/raw_socket.ts";
import { TRANSPORT, TRANSPORT_OPTIONS } from "../support/transport.ts";

const ALL_CAPABILITIES = ["clientPublish", "parameters", "parametersSubscribe", "connectionGraph"] as const;

/** Records the hook calls at the end of a client, and whether its signal has aborted by then. */
function recording(calls: HookLog): FoxgloveServerListener {
  return {
    onParametersSubscribe: (_server, names, on, { signal }) => calls.note("parameters", names, on, signal.aborted),
    onConnectionGraphSubscribe: (_server, on, { signal }) => calls.note("graph", on, signal.aborted),
    onClientUnsubscribe: (_server, id, { signal }) => calls.note("unsubscribe", id, signal.aborted),
    onUnsubscribe: (_server, id, { signal }) => calls.note("last", id, signal.aborted),
    onClientUnadvertise: (_server, id, { signal }) => calls.note("unadvertise", id, signal.aborted),
    onClientDisconnect: (server, { signal }) => calls.note("disconnect", server.clients.size, signal.aborted),
  };
}

/** Opens a WebSocket and waits until it is open. */
async function opened(url: string | undefined): Promise<WebSocket> {
  const socket = new WebSocket(url ?? "", ["foxglove.sdk.v1"]);
  await once(socket, "open");
  return socket;
}

Deno.test("X01 FoxgloveServer runs the hooks of a disconnected client in order, once, however often its end is reported", () => {
  const calls = new HookLog();
  const { server, client } = conversation({ capabilities: ALL_CAPABILITIES });
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.subscribes(1, id);
  someone.says({
    op: "advertise",
    channels: [{ id: clientChannel(5), topic: "/cmd", encoding: "json", schemaName: "" }],
  });
  someone.says({ op: "subscribeConnectionGraph" });
  someone.says({ op: "subscribeParameterUpdates", parameterNames: ["a", "b"] });
  server.setListener(recording(calls));
  someone.leaves();
  someone.leaves();
  assertEquals(calls.take(), [
    ["parameters", ["a", "b"], false, false],
    ["graph", false, false],
    ["unsubscribe", id, false],
    ["last", id, false],
    ["unadvertise", 5, false],
    ["disconnect", 0, true],
  ]);
  assertEquals([server.hasSubscribers(id), server.clients.size], [false, 0]);
});

Deno.test("X01 FoxgloveServer cleans up once after a lost connection, which Deno reports as an error and then as closed", async () => {
  const calls = new HookLog();
  await using server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS });
  await server.start();
  const gone = Promise.withResolvers<void>();
  server.setListener({
    onClientDisconnect() {
      calls.note("disconnect");
      gone.resolve();
    },
  });
  const socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await within(socket.readFrame(), "serverInfo");
  socket.close();
  await within(gone.promise, "the clean-up");
  await server.close();
  assertEquals(calls.take(), [["disconnect"]]);
});

Deno.test("X02 FoxgloveServer.close() sends 1001 with a reason to all clients, and runs their hooks", async () => {
  const calls = new HookLog();
  await using server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS, listener: recording(calls) });
  await server.start();
  const sockets = [await opened(server.url), await opened(server.url)];
  const closed = Promise.all(sockets.map((socket) => once<CloseEvent>(socket, "close")));
  await within(server.close(), "close()");
  assertEquals((await closed).map(({ code, reason }) => [code, reason]), [
    [1001, "server shutdown"],
    [1001, "server shutdown"],
  ]);
  assertEquals(calls.take(), [["disconnect", 0, true], ["disconnect", 0, true]]);
  assertEquals([server.clients.size, server.addr, server.url], [0, undefined, undefined]);
});

Deno.test("X02 FoxgloveServer.close() stops waiting for a client that does not answer", async () => {
  await using server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS });
  await server.start();
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await within(server.close({ graceMs: 50 }), "close()");
  const opcodes: number[] = [];
  for (let frame = await socket.readFrame(); frame; frame = await socket.readFrame()) opcodes.push(frame.opcode);
  assertEquals(opcodes, [Opcode.TEXT, Opcode.TEXT, Opcode.CLOSE]);
});

Deno.test("X02 FoxgloveServer.close() stops waiting for a client that has stopped reading", async () => {
  const subscribed = Promise.withResolvers<void>();
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    listener: { onSubscribe: () => subscribed.resolve() },
  });
  await server.start();
  const id = server.addChannel(ODOM);
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await socket.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId: id }] }));
  await within(subscribed.promise, "the subscription");
  server.sendMessage(id, 1n, new Uint8Array(20 << 20));
  await within(server.close({ graceMs: 50 }), "close()");
  assertEquals(server.clients.size, 0);
});

Deno.test("X02 FoxgloveServer.close() may be called twice, and before the start", async () => {
  const server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS });
  await server.start();
  const first = server.close();
  await Promise.all([first, server.close()]);
  await server.close();
  await server.closed;
  await new FoxgloveServer({ name: "never started" }).close();
});

Deno.test("X02 FoxgloveServer.close() sends the close code to a client during its handshake", async () => {
  const server = new FoxgloveServer({ name: "test" });
  const closed: unknown[] = [];
  const sent: unknown[] = [];
  const socket = new FakeServerSocket({
    send: (data) => void sent.push(data),
    close: (...how) => void closed.push(how),
  });
  socket.readyState = WebSocket.CONNECTING;
  server.acceptSocket(socket);
  const done = server.close({ graceMs: 10 });
  closed.length = 0; // closing a socket that is not open has no effect
  socket.emit("open");
  socket.emit("close");
  await within(done, "close()");
  assertEquals([closed, sent, server.clients.size], [[[1001, "server shutdown"]], [], 0]);
});

Deno.test("X02 FoxgloveServer answers a handshake during close() with 503", async () => {
  const server = new FoxgloveServer({ name: "test" });
  await server.close();
  const response = await server.handleRequest(new Request("http://x/", { headers: { upgrade: "websocket" } }));
  assertEquals(response.status, 503);
  await response.body?.cancel();
});

Deno.test("X02 FoxgloveServer.close() rejects an invalid graceMs", async () => {
  await using server = new FoxgloveServer({ name: "test" });
  assertThrows(() => void server.close({ graceMs: -1 }), RangeError, "graceMs must be zero or more, got -1");
});

Deno.test("X03 FoxgloveServer reports the actual port after it listened on port 0", async () => {
  await using server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS });
  assertEquals([server.addr, server.url], [undefined, undefined]);
  const addr = await server.start();
  assertEquals([addr.hostname, addr.port > 0, server.addr], ["127.0.0.1", true, addr]);
  assertEquals(server.url, `ws://127.0.0.1:${addr.port}`);
  (await opened(server.url)).close();
});

Deno.test("X04 FoxgloveServer.clients lists the known facts about each client", async () => {
  await using server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS });
  await server.start();
  const connected = Promise.withResolvers<void>();
  server.setListener({ onClientConnect: () => connected.resolve() });
  using socket = await RawSocket.connect({
    port: server.addr?.port ?? 0,
    headers: [["User-Agent", "probe/1"], ["Sec-WebSocket-Protocol", "foxglove.websocket.v1"]],
  });
  await within(connected.promise, "the client");
  const [[id, info] = []] = server.clients;
  assertEquals(info?.id, id);
  assertEquals([info?.subprotocol, info?.userAgent], ["foxglove.websocket.v1", "probe/1"]);
  assertEquals(info?.remoteAddr?.transport, "tcp");
  assertEquals(info?.address.startsWith("127.0.0.1:"), true);
  assertEquals(info?.connectedAt instanceof Date, true);
  assertEquals(socket.status, 101);
});

Deno.test("X04 FoxgloveServer never reuses client ids", () => {
  const { server, client } = conversation();
  client().leaves();
  client();
  assertEquals([...server.clients.keys()].map(Number), [2]);
});

Deno.test("FoxgloveServer.start() throws AddrInUse if the port is in use", async () => {
  await using server = new FoxgloveServer({ name: "one", port: 0, ...TRANSPORT_OPTIONS });
  const { port } = await server.start();
  await using second = new FoxgloveServer({ name: "two", port });
  const error = await assertRejects(() => second.start(), Deno.errors.AddrInUse);
  assertEquals(String(error), `AddrInUse: Cannot listen on 127.0.0.1:${port}: the port is in use`);
});

Deno.test("FoxgloveServer.start() throws for a second call and after close()", async () => {
  await using server = new FoxgloveServer({ name: "one", port: 0, ...TRANSPORT_OPTIONS });
  await server.start();
  await assertRejects(() => server.start(), TypeError, "Cannot start the server: it is already listening");
  await server.close();
  await assertRejects(() => server.start(), TypeError, "Cannot start the server: it has been closed");
});

Deno.test("FoxgloveServer.start() with a signal closes the server when the signal aborts", async () => {
  const controller = new AbortController();
  await using server = new FoxgloveServer({ name: "one", port: 0, ...TRANSPORT_OPTIONS });
  await server.start({ signal: controller.signal });
  const socket = await opened(server.url);
  const closed = once<CloseEvent>(socket, "close");
  controller.abort();
  await within(server.closed, "the end of the server");
  assertEquals((await closed).code, 1001);
});

Deno.test("FoxgloveServer.start() throws the reason of a signal that has already aborted", async () => {
  await using server = new FoxgloveServer({ name: "one", port: 0, ...TRANSPORT_OPTIONS });
  await assertRejects(() => server.start({ signal: AbortSignal.abort(new Error("too late")) }), Error, "too late");
  assertEquals(server.addr, undefined);
});

Deno.test("FoxgloveServer.close() stops listening", async () => {
  const server = new FoxgloveServer({ name: "one", port: 0, ...TRANSPORT_OPTIONS });
  const { port } = await server.start();
  await server.close();
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }), Deno.errors.ConnectionRefused);
});

Deno.test("FoxgloveServer.handleRequest() serves within another Deno.serve", async () => {
  const connected = Promise.withResolvers<string>();
  await using server = new FoxgloveServer({
    name: "guest",
    listener: { onClientConnect: (_server, { client }) => connected.resolve(client.address) },
  });
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) =>
      new URL(request.url).pathname === "/robot" ? server.handleRequest(request, info) : new Response("page"),
  );
  const page = await fetch(`http://127.0.0.1:${http.addr.port}/`);
  assertEquals(await page.text(), "page");
  const socket = await opened(`ws://127.0.0.1:${http.addr.port}/robot`);
  assertEquals((await within(connected.promise, "the client")).startsWith("127.0.0.1:"), true);
  const closed = once<CloseEvent>(socket, "close");
  await server.close();
  assertEquals((await closed).code, 1001);
});

Deno.test("FoxgloveServer ignores messages from a client that has disconnected", () => {
  const { server, client } = conversation();
  const id = server.addChannel(ODOM);
  const someone = client();
  someone.leaves();
  someone.subscribes(1, id);
  someone.saysRaw("nonsense");
  assertEquals(server.hasSubscribers(id), false);
  someone.hearsNothing();
});

Deno.test("FoxgloveServer logs clients that connect and disconnect", () => {
  const { client, log } = conversation();
  const remoteAddr = { transport: "tcp", hostname: "::1", port: 5000 } as const;
  client({ subprotocol: "foxglove.sdk.v1", remoteAddr }).leaves();
  assertEquals(log, ["info: Client 1 connected from [::1]:5000 (foxglove.sdk.v1)", "info: Client 1 disconnected"]);
});

Deno.test("FoxgloveServer.stats() counts messages and bytes by client and channel, and keeps the totals of past ones", () => {
  const { server, client } = conversation();
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const [one, two] = [client(), client()];
  one.subscribes(1, odom);
  two.subscribes(1, odom);
  two.subscribes(2, imu);
  server.sendMessage(odom, 1n, "12345");
  server.sendMessage(imu, 1n, "");
  two.leaves();
  const { clients, channels, ...total } = server.stats();
  assertEquals([total.messagesSent, total.bytesSent, total.drops.queue, total.queuedBytes], [
    3,
    18 + 18 + 13,
    0,
    0,
  ]);
  assertEquals(clients.map(({ client, messagesSent, bytesSent }) => [Number(client.id), messagesSent, bytesSent]), [
    [1, 1, 18],
  ]);
  assertEquals(channels.map((each) => [each.channel.topic, each.subscribers, each.messagesSent, each.bytesSent]), [
    ["/odom", 1, 2, 36],
    ["/imu", 0, 1, 13],
  ]);
});

Deno.test("FoxgloveServer works with a logger that throws", () => {
  const full = () => {
    throw new Error("no space left on device");
  };
  const { server, client } = conversation({ logger: { debug: full, info: full, warn: full, error: full } });
  server.addChannel({ topic: "/a", encoding: "xml" });
  client().leaves();
  assertEquals([server.clients.size, server.channels.size], [0, 1]);
});

Deno.test("FoxgloveServer keeps nothing of a client whose connection was cut, and the program can end", async () => {
  const file = new URL("fixtures/lost_client.ts", import.meta.url).href;
  await using program = new Program("--allow-net=127.0.0.1", file, TRANSPORT);
  const port = Number(await program.line());
  const socket = await RawSocket.connect({ port });
  await socket.sendText('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}');
  // Unread bytes make the close a reset.
  await socket.readFrame();
  socket.close();
  assertEquals(await program.line(), "closed");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});
