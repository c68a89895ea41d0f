// Application code that calls the client, or throws, in the middle of an update of the client.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { ClientSocket } from "../../src/client/client_socket.ts";
import type { FoxgloveClientListener } from "../../src/client/listener.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import { channel, service, settled, subscription } from "../support/conversation.ts";
import {
  ClientLog,
  connectedClient,
  FAKE_URL,
  type FakeConnection,
  FakeServer,
  FULL_SERVER_INFO,
} from "../support/fake_server.ts";

const A: Channel = { id: channel(1), topic: "/a", encoding: "json", schemaName: "", schema: "" };
const S = { id: service(1), name: "/s", type: "", requestSchema: "", responseSchema: "" };

Deno.test("FoxgloveClient.connect() rejects if a hook closes the client before it resolves", async () => {
  for (const hook of ["onConnectionState", "onServerInfo"] as const) {
    const server = new FakeServer();
    const log = new ClientLog();
    const listener: FoxgloveClientListener = {
      ...log.listener,
      [hook]: (client: FoxgloveClient) => void client.close(),
    };
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener }));
    const peer = await server.next();
    peer.accepts();
    peer.says(FULL_SERVER_INFO);
    await assertRejects(() => connecting, ConnectionClosedError, "was closed");
    peer.leaves(1000);
    await settled();
    assertEquals([peer.closedWith, server.clock.pendingTimers], [1000, 0]);
    peer.hearsNothing();
  }
});

Deno.test("FoxgloveClient sends nothing and calls no further hooks after a hook has closed the client", async () => {
  const { client, peer, server } = await connectedClient();
  client.advertise({ topic: "/cmd", encoding: "json" });
  const updates = client.subscribeParameters(["a"]);
  const graphs = client.subscribeConnectionGraph();
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  const calls: string[] = [];
  client.addListener({
    onServerInfo: () => void client.close(),
    onSessionReset: () => void calls.push("session"),
  });
  again.says({ ...FULL_SERVER_INFO, sessionId: "session 2" });
  again.hearsNothing();
  assertEquals([calls, (await updates.next()).done, (await graphs.next()).done], [[], true, true]);
});

Deno.test("FoxgloveClient does not report new channels after a hook has closed the client", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says({ op: "advertise", channels: [A] }, { op: "advertiseServices", services: [S] });
  log.take();
  client.addListener({ onUnadvertise: () => void client.close() });
  peer.says({ op: "advertise", channels: [{ ...A, topic: "/b" }] });
  assertEquals(log.take(), [
    ["unadvertise", ["/a"], "removed"],
    ["state", "closed"],
    ["unadvertise", ["/b"], "disconnected"],
    ["no services", ["/s"], "disconnected"],
  ]);
  assertEquals([client.channels.size, client.services.size], [0, 0]);
});

Deno.test("FoxgloveClient.close() can be called in onUnadvertiseServices and onWarning", async () => {
  const { client, peer, log } = await connectedClient({ maxKept: 1 });
  peer.says({ op: "advertiseServices", services: [S] });
  client.addListener({ onUnadvertiseServices: () => void client.close() });
  log.take();
  peer.says({ op: "advertiseServices", services: [{ ...S, name: "/t" }] });
  assertEquals(log.take().map(([kind]) => kind), ["no services", "state", "no services"]);

  const other = await connectedClient({ maxKept: 1 });
  other.client.addListener({ onWarning: () => void other.client.close() });
  other.peer.says({ op: "advertise", channels: [A, { ...A, id: channel(2) }] });
  assertEquals([other.client.state.type, other.client.channels.size], ["closed", 0]);
});

Deno.test("FoxgloveClient.close() can be called again in the hook that reports it", async () => {
  const { client, peer } = await connectedClient();
  let inner: Promise<void> | undefined;
  client.addListener({ onConnectionState: () => inner = client.close() });
  let isClosed = false;
  void client.closed.then(() => isClosed = true);
  const closing = client.close();
  await settled();
  // The socket has not closed yet.
  assertEquals(isClosed, false);
  peer.leaves(1000);
  await Promise.all([closing, inner, client.closed]);
});

/**
 * Connects a client whose next sockets are created by `create`. It gets the function that creates the fake server's
 * sockets.
 */
async function connectedClientWith(create: (next: () => FakeConnection, client: FoxgloveClient) => ClientSocket) {
  const server = new FakeServer();
  const log = new ClientLog();
  const { createWebSocket } = server.options();
  const connected: FoxgloveClient[] = [];
  const options = server.options({
    listener: log.listener,
    createWebSocket: (url, subprotocols) => {
      const next = () => createWebSocket!(url, subprotocols) as FakeConnection;
      const [client] = connected;
      return client ? create(next, client) : next();
    },
  });
  const connecting = FoxgloveClient.connect(FAKE_URL, options);
  const peer = await server.next();
  peer.accepts();
  peer.says(FULL_SERVER_INFO);
  const client = await connecting;
  connected.push(client);
  log.take();
  return { server, client, peer, log };
}

Deno.test("FoxgloveClient closes a new socket if createWebSocket closes the client", async () => {
  const { server, client, peer, log } = await connectedClientWith((next, client) => {
    void client.close();
    return next();
  });
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  assertEquals(again.closedWith, 1000);
  again.accepts();
  again.says(FULL_SERVER_INFO);
  again.leaves(1000);
  await client.closed;
  assertEquals([log.take(), server.clock.pendingTimers], [[["state", "reconnecting"], ["state", "closed"]], 0]);
});

Deno.test("FoxgloveClient closes once if createWebSocket closes the client and throws", async () => {
  const { server, client, peer, log } = await connectedClientWith((_next, client) => {
    void client.close();
    throw new Error("no sockets");
  });
  peer.leaves();
  server.clock.advance(10_000);
  await client.closed;
  assertEquals([log.take(), server.clock.pendingTimers], [[["state", "reconnecting"], ["state", "closed"]], 0]);
});

Deno.test("FoxgloveClient retries if createWebSocket throws", async () => {
  let attempts = 0;
  const { server, client, peer } = await connectedClientWith((next) => {
    attempts += 1;
    if (attempts < 3) throw new Error("no sockets");
    return next();
  });
  peer.leaves();
  for (let count = 0; count < 3; count++) {
    assertEquals([server.clock.pendingTimers, client.state.type], [1, "reconnecting"]);
    server.clock.advance(10_000);
  }
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO);
  assertEquals([attempts, server.clock.pendingTimers, client.state.type], [3, 0, "open"]);
});

Deno.test("FoxgloveClient handles socket events that arrive during createWebSocket", async () => {
  let doesOpen = false;
  const { server, client, peer } = await connectedClientWith((next) => {
    const socket = next();
    const listen = socket.addEventListener.bind(socket);
    socket.addEventListener = (type, listener) => {
      listen(type, listener);
      if (type !== "close") return;
      if (!doesOpen) return socket.leaves();
      socket.accepts();
      socket.says(FULL_SERVER_INFO);
    };
    return socket;
  });
  const graphs = client.subscribeConnectionGraph();
  peer.leaves();
  server.clock.advance(10_000);
  await server.next();
  assertEquals([client.state.type === "reconnecting" && client.state.failures, server.clock.pendingTimers], [2, 1]);
  doesOpen = true;
  server.clock.advance(10_000);
  const again = await server.next();
  assertEquals([client.state.type, server.clock.pendingTimers], ["open", 0]);
  again.hears({ op: "subscribeConnectionGraph" });
  graphs.close();
});

Deno.test("FoxgloveClient reconnects if its socket cannot send", async () => {
  const { server, client, peer } = await connectedClient();
  peer.send = () => {
    throw new Error("broken pipe");
  };
  const asset = client.fetchAsset("package://a");
  const messages = client.subscribe("/a");
  peer.says({ op: "advertise", channels: [A] });
  await assertRejects(() => asset, ConnectionClosedError, "the socket cannot send: Error: broken pipe");
  assertEquals([client.state.type, peer.closedWith], ["reconnecting", 1000]);
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO, { op: "advertise", channels: [A] });
  again.hears({ op: "subscribe", subscriptions: [{ id: subscription(2), channelId: channel(1) }] });
  assertEquals(messages.channels, [A]);
});

Deno.test("FoxgloveClient rejects a request if the connection is lost while sending it", async () => {
  const { client, peer } = await connectedClient();
  peer.send = () => peer.leaves(1006);
  await assertRejects(() => client.fetchAsset("package://a"), ConnectionClosedError, "code 1006");
  void client.close();
});

Deno.test("FoxgloveClient allows a decoder factory to close the client, and reports decoders that throw", async () => {
  const { client, peer, log } = await connectedClient({
    decoders: {
      json: () => {
        log.take();
        void client.close();
        return () => {
          throw new Error("mine");
        };
      },
    },
  });
  peer.says({ op: "advertise", channels: [A] });
  const values = client.subscribe("/a").decoded();
  for (let count = 0; count < 2; count++) {
    peer.says({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: new Uint8Array() });
  }
  assertEquals(await values.next(), { done: true, value: undefined });
  assertEquals(log.take().filter(([kind]) => kind === "error").length, 2);
});
