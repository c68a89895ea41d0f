import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { ClientLog, connectedClient, FAKE_URL, FakeServer, FULL_SERVER_INFO } from "../support/fake_server.ts";

Deno.test("FoxgloveClient.connect() offers all subprotocols, the newest first, and waits for serverInfo", async () => {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener: log.listener }));
  const peer = await server.next();
  assertEquals(peer.url, FAKE_URL);
  assertEquals(peer.subprotocols, ["foxglove.sdk.v1.1", "foxglove.sdk.v1", "foxglove.websocket.v1"]);
  assertEquals(peer.binaryType, "arraybuffer");
  peer.accepts("foxglove.websocket.v1");
  assertEquals(log.take(), []);
  peer.says(FULL_SERVER_INFO);
  const client = await connecting;
  assertEquals(client.serverInfo, FULL_SERVER_INFO);
  assertEquals(client.state, { type: "open", subprotocol: "foxglove.websocket.v1" });
  assertEquals(log.take(), [["state", "open"]]);
  assertEquals(server.clock.pendingTimers, 0);
});

Deno.test("FoxgloveClient handles messages that arrive before serverInfo", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
  const peer = await server.next();
  peer.accepts();
  peer.says({ op: "status", level: 0, message: "hello", id: "h" }, { op: "time", timestamp: 5n }, FULL_SERVER_INFO);
  const client = await connecting;
  assertEquals([...client.statuses.keys()], ["h"]);
});

Deno.test("H11 FoxgloveClient warns and stays connected if the server chooses no subprotocol", async () => {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener: log.listener }));
  const peer = await server.next();
  peer.accepts("");
  const [[kind, text] = []] = log.take();
  assertEquals(kind, "warning");
  assertStringIncludes(String(text), "did not choose any of the offered subprotocols");
  peer.says(FULL_SERVER_INFO);
  assertEquals((await connecting).state, { type: "open", subprotocol: undefined });
});

Deno.test("H11 FoxgloveClient.connect() rejects if the server chooses a subprotocol that was not offered", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
  const peer = await server.next();
  peer.accepts("foxglove.sdk.v2");
  const error = await assertRejects(() => connecting, ConnectionClosedError);
  assertStringIncludes(error.message, '"foxglove.sdk.v2", which was not offered');
  assertEquals(peer.closedWith, 1000);
});

Deno.test("I10 FoxgloveClient accepts a serverInfo with null members, unknown members and unknown capabilities", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
  const peer = await server.next();
  peer.accepts();
  peer.saysRaw(
    '{"op":"serverInfo","name":"old","capabilities":["flying"],"supportedEncodings":null,"metadata":null,"sessionId":null,"x":1}',
  );
  const client = await connecting;
  assertEquals(client.serverInfo, { op: "serverInfo", name: "old", capabilities: ["flying"] });
});

Deno.test("I11 FoxgloveClient resets the session and keeps the channels when serverInfo has a new session id", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says({
    op: "advertise",
    channels: [{ id: 1 as never, topic: "/a", encoding: "json", schemaName: "", schema: "" }],
  });
  log.take();
  peer.says({ ...FULL_SERVER_INFO, sessionId: "session 1" });
  assertEquals(log.take(), []);
  peer.says({ ...FULL_SERVER_INFO, sessionId: "session 2" });
  assertEquals(log.take(), [["session", "session 2"]]);
  assertEquals(client.channels.size, 1);
  assertEquals(client.serverInfo.sessionId, "session 2");
});

Deno.test("FoxgloveClient.connect() rejects a URL that is not a WebSocket URL", async () => {
  for (const url of ["robot:8765", "ftp://robot", "", "not a url"]) {
    await assertRejects(() => FoxgloveClient.connect(url), TypeError, `Cannot connect to "${url}"`);
  }
});

Deno.test("FoxgloveClient.connect() reads http as ws, and https as wss", async () => {
  const server = new FakeServer();
  for (const [url, expected] of [["http://robot/x", "ws://robot/x"], ["https://robot/x", "wss://robot/x"]] as const) {
    const connecting = FoxgloveClient.connect(url, server.options());
    const peer = await server.next();
    assertEquals(peer.url, expected);
    peer.leaves();
    await assertRejects(() => connecting, ConnectionClosedError);
  }
});

Deno.test("FoxgloveClient.connect() rejects options out of range", async () => {
  const names = ["minRetryDelayMs", "maxRetryDelayMs", "connectTimeoutMs", "maxSilenceMs", "maxBufferedBytes"];
  for (const name of names) {
    for (const value of [0, -1, NaN]) {
      await assertRejects(() => FoxgloveClient.connect(FAKE_URL, { [name]: value }), RangeError, name);
    }
  }
});

Deno.test("FoxgloveClient.connect() rejects with the offered subprotocols and the platform's error, without the token", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
  (await server.next()).fails("Invalid status code 400");
  const error = await assertRejects(() => connecting, ConnectionClosedError);
  assertEquals(
    error.message,
    "Cannot connect to ws://robot:8765/path, offering foxglove.sdk.v1.1, foxglove.sdk.v1, foxglove.websocket.v1: Invalid status code 400",
  );
  assertEquals(server.clock.pendingTimers, 0);
});

Deno.test("FoxgloveClient.connect() rejects after connectTimeoutMs", async () => {
  for (const doesOpen of [false, true]) {
    const server = new FakeServer();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ connectTimeoutMs: 50 }));
    const peer = await server.next();
    if (doesOpen) peer.accepts();
    server.clock.advance(50);
    const reason = doesOpen
      ? "the server did not send serverInfo within 50 ms"
      : "the server did not answer within 50 ms";
    await assertRejects(() => connecting, ConnectionClosedError, reason);
    assertEquals(peer.closedWith, 1000);
  }
});

Deno.test("FoxgloveClient.connect() says why the server refused, in one clean sentence", async () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND robot"), { code: "ENOTFOUND" });
  const text = "Received network error or non-101 status code.";
  for (
    const [error, reason] of [
      [undefined, "Received network error or non-101 status code"],
      [new Error(text), "Received network error or non-101 status code"],
      [refused, "connection refused"],
      [new Error(text, { cause: refused }), "connection refused"],
      [unknown, "no address of that name"],
    ] as const
  ) {
    const server = new FakeServer();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
    (await server.next()).fails(text, error);
    const { message } = await assertRejects(() => connecting, ConnectionClosedError);
    assertEquals(message.split(": ")[1], reason);
  }
});

Deno.test("FoxgloveClient.connect() leaves the URL out of Bun's error text, because it may contain a token", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
  (await server.next()).fails("WebSocket connection to 'ws://robot:8765/path?token=secret' failed: Invalid response");
  const { message } = await assertRejects(() => connecting, ConnectionClosedError);
  assertEquals(message.split(": ").slice(1), ["Invalid response"]);
});

Deno.test("FoxgloveClient.connect() asks whether a silent server without a subprotocol speaks another protocol", async () => {
  for (const subprotocol of ["", "foxglove.sdk.v1"]) {
    const server = new FakeServer();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ connectTimeoutMs: 50 }));
    (await server.next()).accepts(subprotocol);
    server.clock.advance(50);
    const { message } = await assertRejects(() => connecting, ConnectionClosedError);
    const end = subprotocol === "" ? "; is it rosbridge, or another kind of server?" : "";
    assertEquals(
      message,
      `Cannot connect to ws://robot:8765/path: the server did not send serverInfo within 50 ms${end}`,
    );
  }
});

Deno.test("FoxgloveClient closes a socket that opens after the attempt has timed out", async () => {
  const server = new FakeServer();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ connectTimeoutMs: 50 }));
  const peer = await server.next();
  server.clock.advance(50);
  await assertRejects(() => connecting, ConnectionClosedError);
  // Deno's WebSocket ignores a close() before it is open.
  peer.closedWith = undefined;
  peer.accepts();
  assertEquals(peer.closedWith, 1000);
});

Deno.test("FoxgloveClient.connect() rejects with the signal's reason", async () => {
  const server = new FakeServer();
  const control = new AbortController();
  const connecting = FoxgloveClient.connect(
    FAKE_URL,
    server.options({ retryInitialConnect: true, signal: control.signal }),
  );
  const peer = await server.next();
  control.abort(new Error("enough"));
  await assertRejects(() => connecting, Error, "enough");
  assertEquals(peer.closedWith, 1000);
  await assertRejects(() => FoxgloveClient.connect(FAKE_URL, { signal: control.signal }), Error, "enough");
});

Deno.test("FoxgloveClient.connect() retries if retryInitialConnect is set", async () => {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(
    FAKE_URL,
    server.options({ listener: log.listener, retryInitialConnect: true, reconnect: false }),
  );
  for (let attempt = 0; attempt < 3; attempt++) {
    (await server.next()).leaves();
    server.clock.advance(10_000);
  }
  assertEquals(log.take(), [["state", "reconnecting"], ["state", "reconnecting"], ["state", "reconnecting"]]);
  const peer = await server.next();
  peer.accepts();
  peer.says(FULL_SERVER_INFO);
  const client = await connecting;
  peer.leaves(1001, "server shutdown");
  await client.closed;
  assertEquals(log.take(), [["state", "open"], ["state", "closed"]]);
  assertEquals(client.state.type === "closed" && client.state.error?.reason, "server shutdown");
});

Deno.test("FoxgloveClient.connect() rejects with the error of createWebSocket", async () => {
  const createWebSocket = () => {
    throw new ReferenceError("WebSocket is not defined");
  };
  await assertRejects(
    () => FoxgloveClient.connect(FAKE_URL, { createWebSocket }),
    ReferenceError,
    "WebSocket is not defined",
  );
});
