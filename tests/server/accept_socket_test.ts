// FoxgloveServer.acceptSocket(): sockets that were upgraded elsewhere.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { WebSocketServer } from "npm:ws@^8.18";
import type { ServerSocket } from "../../src/server/server_socket.ts";
import type { Peer } from "../../src/server/client_info.ts";
import type { Identity } from "../../src/server/identity.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { channel, ODOM } from "../support/conversation.ts";
import { once, Queue, within } from "../support/events.ts";
import { FakeServerSocket } from "../support/fake_server_socket.ts";
import { TestClock } from "../support/test_clock.ts";
import { CLOCK } from "../../src/clock.ts";

/** A server, and a function that offers it a socket and returns what the server did to the socket. */
function fixture(options: Partial<FoxgloveServerOptions> = {}) {
  const clock = new TestClock();
  const server = new FoxgloveServer({ name: "test", logger: false, ...options, ...{ [CLOCK]: clock } });
  const offer = (peer?: Peer, readyState: number = WebSocket.OPEN) => {
    const sent: unknown[] = [];
    const closed: unknown[] = [];
    const socket = new FakeServerSocket({
      send: (data) => void sent.push(data),
      close: (...how) => void closed.push(how),
    });
    socket.readyState = readyState;
    server.acceptSocket(socket, peer);
    return { socket, sent, closed };
  };
  return { server, clock, offer };
}

Deno.test("acceptSocket() greets a socket that is open, and reads bytes as ArrayBuffers", () => {
  const { server, offer } = fixture();
  const { socket, sent, closed } = offer();
  assertEquals([socket.binaryType, sent.length, closed, server.clients.size], ["arraybuffer", 2, [], 1]);
  const [info] = server.clients.values();
  assertEquals([info?.address, info?.subprotocol, info?.identity], ["unknown", undefined, undefined]);
  socket.emit("close");
  socket.emit("close");
  assertEquals(server.clients.size, 0);
});

Deno.test("acceptSocket() greets a socket that is opening once it is open", () => {
  const { server, offer } = fixture();
  const { socket, sent } = offer({}, WebSocket.CONNECTING);
  assertEquals([sent.length, server.clients.size], [0, 0]);
  socket.emit("open");
  assertEquals([sent.length, server.clients.size], [2, 1]);
});

Deno.test("acceptSocket() drops a socket that does not open within handshakeTimeoutMs, and frees its slot", () => {
  const { server, clock, offer } = fixture({ handshakeTimeoutMs: 500, maxClients: 1 });
  const late = offer({}, WebSocket.CONNECTING);
  assertEquals(offer().closed, [[1013, "too many clients"]]);
  clock.advance(500);
  const next = offer();
  late.socket.emit("open");
  assertEquals([late.closed, next.closed, server.clients.size], [[[1013, "handshake too slow"]], [], 1]);
});

Deno.test("acceptSocket() does not keep a client whose socket has closed before", () => {
  const { server, offer } = fixture({ handshakeTimeoutMs: 0, maxClients: 1 });
  offer({}, WebSocket.CLOSED);
  assertEquals([offer().closed, server.clients.size], [[], 1]);
});

Deno.test("acceptSocket() gives a socket that is not the platform's bytes of its own, because it may send later", () => {
  const { server, offer } = fixture();
  const id = server.addChannel(ODOM);
  const { socket, sent } = offer();
  socket.receive(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 7, channelId: id }] }));
  server.sendMessage(id, 1n, "one");
  server.sendMessage(id, 2n, "two");
  const payloads = sent.flatMap((data) => data instanceof Uint8Array ? [data.subarray(13)] : []);
  assertEquals(payloads.map((bytes) => new TextDecoder().decode(bytes)), ["one", "two"]);
});

Deno.test("acceptSocket() takes the client's properties from the peer", () => {
  const { server, offer } = fixture({ authorize: () => ({}) });
  const remoteAddr = { transport: "tcp", hostname: "192.0.2.7", port: 5000 } as const;
  const identity = { name: "alice", rights: { readOnly: true } };
  offer({ subprotocol: "foxglove.sdk.v1", remoteAddr, userAgent: "app/1", identity });
  const [info] = server.clients.values();
  const { connectedAt: _now, ...rest } = info!;
  assertEquals(rest, {
    id: 1 as never,
    address: "192.0.2.7:5000",
    remoteAddr,
    subprotocol: "foxglove.sdk.v1",
    userAgent: "app/1",
    identity,
    roundTripMs: undefined,
  });
});

Deno.test("acceptSocket() uses the subprotocol of the socket by default", () => {
  const { server } = fixture();
  const socket = new FakeServerSocket();
  socket.protocol = "foxglove.websocket.v1";
  server.acceptSocket(socket);
  assertEquals([...server.clients.values()].map(({ subprotocol }) => subprotocol), ["foxglove.websocket.v1"]);
});

const INVALID: readonly [what: string, options: Partial<FoxgloveServerOptions>, peer: Peer, text: string][] = [
  ["no identity for a server with authorize", { authorize: () => ({}) }, {}, '"identity" is required'],
  ["an identity with unknown members", {}, { identity: { nme: "alice" } as Identity }, '"nme"'],
  ["an identity with unknown rights", {}, { identity: { rights: { topcis: ["/a"] } as never } }, "topcis"],
  ["an unknown subprotocol", {}, { subprotocol: "foxglove.v9" as never }, 'its subprotocol is "foxglove.v9"'],
  ["no subprotocol if one is required", { requireSubprotocol: true }, {}, "it has no subprotocol"],
];

for (const [what, options, peer, text] of INVALID) {
  Deno.test(`acceptSocket() throws a TypeError for ${what}, and does not touch the socket`, () => {
    const { server } = fixture(options);
    const socket = new FakeServerSocket({
      close: () => {
        throw new Error("closed");
      },
    });
    assertThrows(() => server.acceptSocket(socket, peer), TypeError, text);
    assertEquals([socket.binaryType, server.clients.size], ["", 0]);
  });
}

Deno.test("acceptSocket() applies the rights of the identity", () => {
  const { server, offer } = fixture();
  server.addChannel({ ...ODOM, topic: "/secret" });
  const { sent } = offer({ identity: { rights: { topics: ["/odom"] } } });
  assertEquals(sent.filter((text) => String(text).includes("/secret")), []);
});

Deno.test("acceptSocket() closes a socket with 1013 if the server or the address has too many clients", () => {
  const { offer } = fixture({ maxClients: 3, maxClientsPerAddress: 1 });
  const from = (hostname: string): Peer => ({ remoteAddr: { transport: "tcp", hostname, port: 1 } });
  const results = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map((each) => offer(from(each)));
  const full = [[1013, "too many clients"]];
  assertEquals(results.map(({ closed }) => closed), [[], full, [], [], full]);
  results[0]?.socket.emit("close");
  assertEquals(offer(from("192.0.2.1")).closed, []);
});

Deno.test("acceptSocket() closes a socket with 1001 if the server has been closed", async () => {
  const server = new FoxgloveServer({ name: "test", logger: false });
  await server.close();
  const closed: unknown[] = [];
  server.acceptSocket(new FakeServerSocket({ close: (...how) => void closed.push(how) }));
  assertEquals([closed, server.clients.size], [[[1001, "server shutdown"]], 0]);
});

Deno.test("acceptSocket() serves a real socket that another Deno.serve has upgraded", async () => {
  const server = new FoxgloveServer({ name: "test", logger: false });
  const id = server.addChannel(ODOM);
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request, { remoteAddr }) => {
    const subprotocol = "foxglove.sdk.v1";
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: subprotocol });
    server.acceptSocket(socket, { remoteAddr, subprotocol });
    return response;
  });
  const app = new WebSocket(`ws://127.0.0.1:${http.addr.port}`, ["foxglove.sdk.v1"]);
  app.binaryType = "arraybuffer";
  const { data: info } = await once<MessageEvent<string>>(app, "message");
  assertEquals(JSON.parse(info).op, "serverInfo");
  const message = new Promise<ArrayBuffer>((resolve) => {
    app.onmessage = ({ data }) => void (typeof data !== "string" && resolve(data));
  });
  app.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 7, channelId: id }] }));
  while (!server.hasSubscribers(channel(id))) await new Promise((resolve) => setTimeout(resolve, 1));
  server.sendMessage(id, 1n, "{}");
  assertEquals((await within(message, "the message")).byteLength, 15);
  const [client] = server.clients.values();
  assertEquals([client?.subprotocol, client?.address.startsWith("127.0.0.1:")], ["foxglove.sdk.v1", true]);
  const closed = once<CloseEvent>(app, "close");
  await server.close();
  assertEquals((await closed).code, 1001);
  await http.shutdown();
});

Deno.test("acceptSocket() serves a socket of npm's ws, also many large messages at once", async () => {
  const server = new FoxgloveServer({ name: "test", logger: false });
  const id = server.addChannel(ODOM);
  const http = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: () => "foxglove.sdk.v1" });
  http.on("connection", (socket: ServerSocket) => server.acceptSocket(socket));
  await new Promise<void>((resolve) => http.on("listening", () => resolve()));
  const { port } = http.address() as { port: number };
  const app = new WebSocket(`ws://127.0.0.1:${port}`, ["foxglove.sdk.v1"]);
  app.binaryType = "arraybuffer";
  await once(app, "message");
  app.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 7, channelId: id }] }));
  while (!server.hasSubscribers(id)) await new Promise((resolve) => setTimeout(resolve, 1));
  const received = new Queue<number[]>("a message");
  app.onmessage = ({ data }) => {
    if (typeof data === "string") return;
    const payload = new Uint8Array(data, 13);
    received.push([payload.length, payload[0]!, payload.at(-1)!]);
  };
  for (let value = 1; value <= 5; value++) server.sendMessage(id, 1n, new Uint8Array(200_000).fill(value));
  for (let value = 1; value <= 5; value++) assertEquals(await received.next(), [200_000, value, value]);
  const closed = once<CloseEvent>(app, "close");
  await server.close();
  assertEquals((await closed).code, 1001);
  await new Promise<void>((resolve) => http.close(() => resolve()));
});

Deno.test("acceptSocket() accepts a socket that connected to its client, and closes it with 1000", async () => {
  const accepted = Promise.withResolvers<WebSocket>();
  await using listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "foxglove.sdk.v1" });
    accepted.resolve(socket);
    return response;
  });
  const server = new FoxgloveServer({ name: "robot" });
  const subprotocol = "foxglove.sdk.v1";
  server.acceptSocket(new WebSocket(`ws://127.0.0.1:${listener.addr.port}`, subprotocol), { subprotocol });
  const peer = await accepted.promise;
  const [first, closed] = [Promise.withResolvers<string>(), Promise.withResolvers<CloseEvent>()];
  peer.onmessage = ({ data }) => first.resolve(data);
  peer.onclose = (event) => closed.resolve(event);
  assertEquals(JSON.parse(await first.promise).name, "robot");
  await server.close();
  const { code, reason } = await closed.promise;
  assertEquals([code, reason], [1000, "server shutdown"]);
});
