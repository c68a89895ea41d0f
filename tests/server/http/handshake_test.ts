// Handshakes, over real sockets: who is let in, and under which subprotocol.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { bytes, ODOM } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { offer, started } from "../../support/handshakes.ts";
import { Opcode, RawSocket } from "../../support/raw_socket.ts";

for (const token of ["foxglove.websocket.v1", "foxglove.sdk.v1"]) {
  Deno.test(`H01 ${token} alone is accepted and echoed`, async () => {
    await using server = await started();
    assertEquals(await offer(server, [token]), { status: 101, chosen: token, body: "" });
  });
}

Deno.test("H02 of both, in either order, foxglove.sdk.v1 is chosen", async () => {
  await using server = await started();
  for (const both of ["foxglove.websocket.v1, foxglove.sdk.v1", "foxglove.sdk.v1,foxglove.websocket.v1"]) {
    assertEquals((await offer(server, [both])).chosen, "foxglove.sdk.v1");
  }
});

for (
  const [what, offers, chosen] of [
    ["among unknown ones", ["mqtt, foxglove.websocket.v1, x"], "foxglove.websocket.v1"],
    ["with odd spacing", ["  mqtt ,\tfoxglove.websocket.v1  ,,"], "foxglove.websocket.v1"],
    ["without spaces", ["mqtt,foxglove.websocket.v1"], "foxglove.websocket.v1"],
    ["on a second header line", ["mqtt", "foxglove.sdk.v1"], "foxglove.sdk.v1"],
    ["beside one in capitals", ["FOXGLOVE.SDK.V1, foxglove.websocket.v1"], "foxglove.websocket.v1"],
  ] as const
) {
  Deno.test(`H03 a known token ${what} is chosen`, async () => {
    await using server = await started();
    assertEquals(await offer(server, offers), { status: 101, chosen, body: "" });
  });
}

for (const offers of ["mqtt", "foxglove.sdk.v2", "Foxglove.WebSocket.v1"]) {
  Deno.test(`H04 only unknown tokens (${offers}): 400, and the body names the known ones`, async () => {
    await using server = await started();
    const { status, chosen, body } = await offer(server, [offers]);
    assertEquals([status, chosen], [400, null]);
    assertStringIncludes(body, "foxglove.sdk.v1, foxglove.websocket.v1");
    assertEquals(server.clients.size, 0);
  });
}

Deno.test("H05 no subprotocol offered: accepted without one", async () => {
  await using server = await started();
  assertEquals(await offer(server, []), { status: 101, chosen: null, body: "" });
});

Deno.test("H05 no subprotocol offered where one is required: 400", async () => {
  await using server = await started({ requireSubprotocol: true });
  assertEquals((await offer(server, [])).status, 400);
  assertEquals((await offer(server, ["foxglove.sdk.v1"])).status, 101);
});

Deno.test("H06 no answer carries a token that was not offered", async () => {
  await using server = await started();
  const offers = ["foxglove.websocket.v1", "mqtt", "foxglove.sdk.v1, mqtt", "", "foxglove.websocket.v1x"];
  for (const each of offers) {
    const { chosen } = await offer(server, [each]);
    const offered = each.split(",").map((token) => token.trim());
    assertEquals(chosen === null || offered.includes(chosen), true, `"${each}" was answered with "${chosen}"`);
  }
});

Deno.test("H07 a plain GET: 426 with a text for people", async () => {
  await using server = await started();
  const response = await fetch(`http://127.0.0.1:${server.addr?.port}/`);
  assertEquals([response.status, response.headers.get("upgrade")], [426, "websocket"]);
  assertStringIncludes(await response.text(), "Foxglove WebSocket server");
});

Deno.test("H07 a plain GET goes to the fallback, if there is one", async () => {
  await using server = await started({
    fallback: (request, info) => new Response(`${new URL(request.url).pathname} for ${info?.remoteAddr?.transport}`),
  });
  const response = await fetch(`http://127.0.0.1:${server.addr?.port}/page`);
  assertEquals(await response.text(), "/page for tcp");
});

Deno.test("H07 any path and query is accepted, unless paths are listed", async () => {
  await using open = await started();
  assertEquals((await offer(open, ["foxglove.sdk.v1"], { path: "/any/where?x=1" })).status, 101);
  await using narrow = await started({ allowedPaths: ["/ws"] });
  assertEquals((await offer(narrow, ["foxglove.sdk.v1"], { path: "/ws?x=1" })).status, 101);
  const refused = await offer(narrow, ["foxglove.sdk.v1"], { path: "/other" });
  assertEquals([refused.status, refused.body], [404, 'There is no WebSocket at "/other"\n']);
});

Deno.test("H08 a page of an origin that is not listed: 403", async () => {
  await using server = await started({ allowedOrigins: ["https://app.foxglove.dev"] });
  const from = (origin: string) => offer(server, ["foxglove.sdk.v1"], { headers: [["Origin", origin]] });
  assertEquals((await from("https://app.foxglove.dev")).status, 101);
  const refused = await from("https://evil.example");
  assertEquals(refused.status, 403);
  assertStringIncludes(refused.body, "https://evil.example");
  assertStringIncludes(refused.body, "allowedOrigins");
  assertEquals((await from("null")).status, 403);
  assertEquals((await offer(server, ["foxglove.sdk.v1"])).status, 101); // no page at all
});

Deno.test("H08 by default the page of a stranger is refused", async () => {
  await using server = await started();
  assertEquals((await offer(server, [], { headers: [["Origin", "https://example.com"]] })).status, 403);
  assertEquals((await offer(server, [], { headers: [["Origin", "http://localhost:8080"]] })).status, 101);
});

Deno.test("H09 with cert and key the server speaks wss, to the same effect", async () => {
  const { cert, key } = await selfSignedCertificate();
  await using server = await started({ cert, key });
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

Deno.test("H10 a peer that answers no ping is taken for dead", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = await started({
    idleTimeoutMs: 200,
    listener: { onClientDisconnect: () => gone.resolve() },
  });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  assertEquals((await within(socket.readFrame(), "serverInfo"))?.opcode, Opcode.TEXT);
  assertEquals(server.clients.size, 1);
  await within(gone.promise, "the clean-up");
  assertEquals(server.clients.size, 0);
});

Deno.test("H10 a peer that answers pings stays", async () => {
  await using server = await started({ idleTimeoutMs: 2000 });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  // The second one comes only if the answer to the first one counted.
  let pings = 0;
  while (pings < 2) {
    const frame = await within(socket.readFrame(), "a ping");
    if (frame?.opcode !== Opcode.PING) continue;
    pings += 1;
    await socket.sendFrame({ opcode: Opcode.PONG, payload: frame.payload });
  }
  assertEquals(server.clients.size, 1);
});

Deno.test("H12 a message above the platform's limit ends its connection, not the server", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = await started({ listener: { onClientDisconnect: () => gone.resolve() } });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await within(socket.readFrame(), "serverInfo");
  await socket.sendFrame({ opcode: Opcode.BINARY, payload: new Uint8Array(1), claimedLength: 64 * 1024 * 1024 });
  await within(gone.promise, "the clean-up");
  assertEquals(server.clients.size, 0);
  assertEquals((await offer(server, ["foxglove.sdk.v1"])).status, 101);
});

for (
  const [what, options, status] of [
    ["without a key", { omit: ["Sec-WebSocket-Key"] }, 400],
    ["with a key that is none", { headers: [["Sec-WebSocket-Key", "short"]] }, 400],
    ["of another version", { headers: [["Sec-WebSocket-Version", "8"]] }, 426],
    ["without a version", { omit: ["Sec-WebSocket-Version"] }, 426],
    ["without Connection: Upgrade", { headers: [["Connection", "keep-alive"]] }, 400],
    ["that offers h2c as well", { headers: [["Upgrade", "websocket, h2c"]] }, 400],
    // Deno would not upgrade the connection of this one, and would end the process.
    ["that offers h2c on a line before", { headers: [["Upgrade", "h2c"], ["Upgrade", "websocket"]] }, 400],
  ] as const
) {
  Deno.test(`a handshake ${what} is answered with ${status}`, async () => {
    await using server = await started();
    using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, ...options });
    assertEquals(socket.status, status);
    assertEquals(server.clients.size, 0);
    if (status === 426) assertEquals(socket.headers.get("sec-websocket-version"), "13");
  });
}

Deno.test("a handshake whose Connection has other whitespace than that of HTTP is answered with 400", async () => {
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
