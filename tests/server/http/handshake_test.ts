// Handshakes, over real sockets: which clients are accepted, and with which subprotocol.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { bytes, ODOM } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { sendHandshake, startServer } from "../../support/test_server.ts";
import { Opcode, RawSocket } from "../../support/raw_socket.ts";

for (const token of ["foxglove.websocket.v1", "foxglove.sdk.v1", "foxglove.sdk.v1.1"]) {
  Deno.test(`H01 FoxgloveServer accepts ${token} alone and returns it`, async () => {
    await using server = await startServer();
    assertEquals(await sendHandshake(server, [token]), { status: 101, subprotocol: token, body: "" });
  });
}

for (
  const [offers, selected] of [
    ["foxglove.websocket.v1, foxglove.sdk.v1", "foxglove.sdk.v1"],
    ["foxglove.sdk.v1,foxglove.websocket.v1", "foxglove.sdk.v1"],
    ["foxglove.websocket.v1, foxglove.sdk.v1, foxglove.sdk.v1.1", "foxglove.sdk.v1.1"],
    ["foxglove.sdk.v1.1, foxglove.websocket.v1", "foxglove.sdk.v1.1"],
    ["foxglove.sdk.v1.10, foxglove.sdk.v11, foxglove.sdk.v1", "foxglove.sdk.v1"],
  ] as const
) {
  Deno.test(`H02 FoxgloveServer selects the newest subprotocol, in any order: ${offers}`, async () => {
    await using server = await startServer();
    assertEquals((await sendHandshake(server, [offers])).subprotocol, selected);
  });
}

for (
  const [what, offers, subprotocol] of [
    ["among unknown ones", ["mqtt, foxglove.websocket.v1, x"], "foxglove.websocket.v1"],
    ["with odd spacing", ["  mqtt ,\tfoxglove.websocket.v1  ,,"], "foxglove.websocket.v1"],
    ["without spaces", ["mqtt,foxglove.websocket.v1"], "foxglove.websocket.v1"],
    ["on a second header line", ["mqtt", "foxglove.sdk.v1"], "foxglove.sdk.v1"],
    ["beside one in upper case", ["FOXGLOVE.SDK.V1, foxglove.websocket.v1"], "foxglove.websocket.v1"],
  ] as const
) {
  Deno.test(`H03 FoxgloveServer selects a known subprotocol ${what}`, async () => {
    await using server = await startServer();
    assertEquals(await sendHandshake(server, offers), { status: 101, subprotocol, body: "" });
  });
}

for (const offers of ["mqtt", "foxglove.sdk.v2", "foxglove.sdk.v1.10", "foxglove.sdk.v11", "Foxglove.WebSocket.v1"]) {
  Deno.test(`H04 FoxgloveServer rejects unknown subprotocols (${offers}) with 400, and the body lists the known ones`, async () => {
    await using server = await startServer();
    const { status, subprotocol, body } = await sendHandshake(server, [offers]);
    assertEquals([status, subprotocol], [400, null]);
    assertStringIncludes(body, "foxglove.sdk.v1.1, foxglove.sdk.v1, foxglove.websocket.v1");
    assertEquals(server.clients.size, 0);
  });
}

Deno.test("H05 FoxgloveServer accepts a handshake without subprotocols, and returns none", async () => {
  await using server = await startServer();
  assertEquals(await sendHandshake(server, []), { status: 101, subprotocol: null, body: "" });
});

Deno.test("H05 FoxgloveServer rejects a handshake without subprotocols with 400 if one is required", async () => {
  await using server = await startServer({ requireSubprotocol: true });
  assertEquals((await sendHandshake(server, [])).status, 400);
  assertEquals((await sendHandshake(server, ["foxglove.sdk.v1"])).status, 101);
});

Deno.test("H06 FoxgloveServer never returns a subprotocol that was not offered", async () => {
  await using server = await startServer();
  const offers = ["foxglove.websocket.v1", "mqtt", "foxglove.sdk.v1, mqtt", "", "foxglove.websocket.v1x"];
  for (const each of offers) {
    const { subprotocol } = await sendHandshake(server, [each]);
    const offered = each.split(",").map((token) => token.trim());
    assertEquals(
      subprotocol === null || offered.includes(subprotocol),
      true,
      `"${each}" was answered with "${subprotocol}"`,
    );
  }
});

Deno.test("H07 FoxgloveServer answers a plain GET with 426 and a text for people, unless it asks for the status page", async () => {
  await using server = await startServer();
  await using hidden = await startServer({ statusPage: false });
  for (const url of [`http://127.0.0.1:${server.addr?.port}/page`, `http://127.0.0.1:${hidden.addr?.port}/`]) {
    const response = await fetch(url);
    assertEquals([response.status, response.headers.get("upgrade")], [426, "websocket"]);
    assertStringIncludes(await response.text(), "Foxglove WebSocket server");
  }
});

Deno.test("H07 FoxgloveServer passes a plain GET to the fallback, if there is one", async () => {
  await using server = await startServer({
    fallback: (request, info) => new Response(`${new URL(request.url).pathname} for ${info?.remoteAddr?.transport}`),
  });
  const response = await fetch(`http://127.0.0.1:${server.addr?.port}/page`);
  assertEquals(await response.text(), "/page for tcp");
});

Deno.test("H07 FoxgloveServer accepts any path and query, unless allowedPaths is set", async () => {
  await using open = await startServer();
  assertEquals((await sendHandshake(open, ["foxglove.sdk.v1"], { path: "/any/where?x=1" })).status, 101);
  await using narrow = await startServer({ allowedPaths: ["/ws"] });
  assertEquals((await sendHandshake(narrow, ["foxglove.sdk.v1"], { path: "/ws?x=1" })).status, 101);
  const rejected = await sendHandshake(narrow, ["foxglove.sdk.v1"], { path: "/other" });
  assertEquals([rejected.status, rejected.body], [404, 'There is no WebSocket at "/other"\n']);
});

Deno.test("H08 FoxgloveServer rejects a page of an origin that is not listed with 403", async () => {
  await using server = await startServer({ allowedOrigins: ["https://app.foxglove.dev"] });
  const from = (origin: string) => sendHandshake(server, ["foxglove.sdk.v1"], { headers: [["Origin", origin]] });
  assertEquals((await from("https://app.foxglove.dev")).status, 101);
  const rejected = await from("https://evil.example");
  assertEquals(rejected.status, 403);
  assertStringIncludes(rejected.body, "https://evil.example");
  assertStringIncludes(rejected.body, "allowedOrigins");
  assertEquals((await from("null")).status, 403);
  assertEquals((await sendHandshake(server, ["foxglove.sdk.v1"])).status, 101); // not a page
});

Deno.test("H08 FoxgloveServer rejects pages of foreign origins by default", async () => {
  await using server = await startServer();
  assertEquals((await sendHandshake(server, [], { headers: [["Origin", "https://example.com"]] })).status, 403);
  assertEquals((await sendHandshake(server, [], { headers: [["Origin", "http://localhost:8080"]] })).status, 101);
});

Deno.test("H09 FoxgloveServer with cert and key serves wss in the same way", async () => {
  const { cert, key } = await selfSignedCertificate();
  await using server = await startServer({ cert, key });
  const channelId = server.addChannel(ODOM);
  assertEquals(server.url, `wss://127.0.0.1:${server.addr?.port}`);

  using http = Deno.createHttpClient({ caCerts: [cert] });
  const socket = new WebSocket(`wss://localhost:${server.addr?.port}`, {
    protocols: ["foxglove.sdk.v1"],
    client: http,
  } as WebSocketOptions);
  socket.binaryType = "arraybuffer";
  const messages = new Queue<string | ArrayBuffer>("a message over TLS");
  socket.onmessage = ({ data }) => messages.push(data);
  await once(socket, "open");
  assertEquals(socket.protocol, "foxglove.sdk.v1");
  assertEquals(JSON.parse(String(await messages.next())).op, "serverInfo");
  assertEquals(JSON.parse(String(await messages.next())).op, "advertise");

  const subscribed = Promise.withResolvers<void>();
  server.setListener({ onSubscribe: () => subscribed.resolve() });
  socket.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId }] }));
  await within(subscribed.promise, "the subscription");
  server.sendMessage(channelId, 2n, "{}");
  const frame = await messages.next();
  assertEquals(frame, new Uint8Array([1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, ...bytes("{}")]).buffer);
  const closed = once<CloseEvent>(socket, "close");
  await server.close();
  assertEquals((await closed).code, 1001);
});

Deno.test("H10 FoxgloveServer disconnects a peer that answers no ping", async () => {
  // The numbers of clients. On a busy machine, the client may be gone before it reads anything.
  const sizes = new Queue<number>("a client that comes or goes");
  await using server = await startServer({
    idleTimeoutMs: 200,
    listener: {
      onClientConnect: (server) => sizes.push(server.clients.size),
      onClientDisconnect: (server) => sizes.push(server.clients.size),
    },
  });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  assertEquals((await within(socket.readFrame(), "serverInfo"))?.opcode, Opcode.TEXT);
  assertEquals([await sizes.next(), await sizes.next()], [1, 0]);
});

Deno.test("H10 FoxgloveServer keeps a peer that answers pings", async () => {
  await using server = await startServer({ idleTimeoutMs: 2000 });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  // The second ping is sent only if the answer to the first one was noticed.
  let pings = 0;
  while (pings < 2) {
    const frame = await within(socket.readFrame(), "a ping");
    if (!frame) throw new Error("The server ended the connection");
    if (frame.opcode !== Opcode.PING) continue;
    pings += 1;
    await socket.sendFrame({ opcode: Opcode.PONG, payload: frame.payload });
  }
  assertEquals(server.clients.size, 1);
});

Deno.test("H12 FoxgloveServer only ends the connection of a message above the limit of the platform", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = await startServer({ listener: { onClientDisconnect: () => gone.resolve() } });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await within(socket.readFrame(), "serverInfo");
  await socket.sendFrame({ opcode: Opcode.BINARY, payload: new Uint8Array(1), claimedLength: 64 * 1024 * 1024 });
  await within(gone.promise, "the clean-up");
  assertEquals(server.clients.size, 0);
  assertEquals((await sendHandshake(server, ["foxglove.sdk.v1"])).status, 101);
});

for (
  const [what, options, status] of [
    ["without a key", { omit: ["Sec-WebSocket-Key"] }, 400],
    ["with an invalid key", { headers: [["Sec-WebSocket-Key", "short"]] }, 400],
    ["of another version", { headers: [["Sec-WebSocket-Version", "8"]] }, 426],
    ["without a version", { omit: ["Sec-WebSocket-Version"] }, 426],
    ["without Connection: Upgrade", { headers: [["Connection", "keep-alive"]] }, 400],
    ["that offers h2c as well", { headers: [["Upgrade", "websocket, h2c"]] }, 400],
    // Deno would not upgrade this connection, and would end the process.
    ["that offers h2c on a line before", { headers: [["Upgrade", "h2c"], ["Upgrade", "websocket"]] }, 400],
  ] as const
) {
  Deno.test(`FoxgloveServer answers a handshake ${what} with ${status}`, async () => {
    await using server = await startServer();
    using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, ...options });
    assertEquals(socket.status, status);
    assertEquals(server.clients.size, 0);
    if (status === 426) assertEquals(socket.headers.get("sec-websocket-version"), "13");
  });
}

Deno.test("FoxgloveServer answers a handshake whose Connection has whitespace that is not HTTP whitespace with 400", async () => {
  const server = new FoxgloveServer({ name: "test" });
  const headers = {
    "upgrade": "websocket",
    "connection": "\u00a0Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const response = await server.handleRequest(new Request("http://localhost/", { headers }));
  assertEquals(response.status, 400);
  await response.body?.cancel();
});
