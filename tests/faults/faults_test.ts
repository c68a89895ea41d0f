// Faults of clients and of the machine, which must not affect other clients.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { bytes, ODOM } from "../support/conversation.ts";
import { Queue, within } from "../support/events.ts";
import { Opcode, RawSocket } from "../support/raw_socket.ts";
import { TRANSPORT_OPTIONS, USES_WORKERS } from "../support/transport.ts";

/** Starts a server with one channel, and records clients that leave. */
async function serve(options: Partial<FoxgloveServerOptions> = {}) {
  const left = new Queue<void>("a client to leave");
  const server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    listener: { onClientDisconnect: () => left.push() },
    ...options,
  });
  const { port } = await server.start();
  const channelId = server.addChannel(ODOM);
  return { server, port, left, channelId };
}

const SUBSCRIBE = '{"op":"subscribe","subscriptions":[{"id":7,"channelId":1}]}';

/** Skips other frames until a data message arrives, and returns its text. */
async function data(socket: RawSocket): Promise<string> {
  while (true) {
    const frame = await within(socket.readFrame(), "data");
    if (!frame) throw new Error("The server ended the connection");
    if (frame.opcode === Opcode.BINARY) return new TextDecoder().decode(frame.payload.subarray(13));
  }
}

/** Waits until the channel has a subscriber. */
async function subscribed(server: FoxgloveServer, channelId: Parameters<FoxgloveServer["hasSubscribers"]>[0]) {
  while (!server.hasSubscribers(channelId)) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("FoxgloveServer serves a client that writes one byte at a time", async () => {
  const { server, port, channelId, left } = await serve();
  await using _server = server;
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  socket.setNoDelay();
  const lines = [
    "GET / HTTP/1.1",
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  // Clients must mask their frames. A mask of zeros does not change the payload.
  const frame = [0x81, 0x80 | SUBSCRIBE.length, 0, 0, 0, 0, ...bytes(SUBSCRIBE)];
  for (const byte of [...bytes(`${lines.join("\r\n")}\r\n\r\n`), ...frame]) {
    await socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await within(subscribed(server, channelId), "the subscription");
  assertEquals(server.clients.size, 1);
  socket.close();
  await left.next();
});

Deno.test("FoxgloveServer serves other clients while handshakes are incomplete, and closes despite them", async () => {
  const { server, port, channelId } = await serve();
  const slow = await Promise.all(Array.from({ length: 50 }, () => Deno.connect({ hostname: "127.0.0.1", port })));
  for (const socket of slow) await socket.write(bytes("GET / HTTP/1.1\r\nHost: 127"));
  using client = await RawSocket.connect({ port });
  await client.sendText(SUBSCRIBE);
  await within(subscribed(server, channelId), "the subscription");
  server.sendMessage(channelId, 1n, "served");
  assertEquals(await data(client), "served");
  assertEquals(server.clients.size, 1);
  await within(server.close({ graceMs: 100 }), "the server's end");
  for (const socket of slow) socket.close();
});

Deno.test("FoxgloveServer loses no message while hundreds of other clients connect and break off", async () => {
  const { server, port, channelId, left } = await serve({ maxQueuedMessages: 10_000 });
  await using _server = server;
  using client = await RawSocket.connect({ port, answersPings: true });
  await client.sendText(SUBSCRIBE);
  await within(subscribed(server, channelId), "the subscription");

  const behaviors: ((socket: RawSocket) => Promise<void>)[] = [
    () => Promise.resolve(),
    (socket) => socket.sendText(SUBSCRIBE),
    // Half a frame, and the first frame of a message that never ends.
    (socket) => socket.sendFrame({ opcode: Opcode.TEXT, payload: bytes("{"), claimedLength: 500 }),
    (socket) => socket.sendFrame({ opcode: Opcode.BINARY, payload: bytes("x"), fin: false }),
    (socket) => socket.sendBytes(Uint8Array.of(0xff, 0xff, 0xff)),
    async (socket) => {
      await socket.sendText(SUBSCRIBE);
      await socket.sendFrame({ opcode: Opcode.CLOSE });
    },
  ];
  const visits = 300;
  let published = 0;
  for (let batch = 0; batch < visits / 50; batch++) {
    await Promise.all(Array.from({ length: 50 }, async (_, index) => {
      using guest = await RawSocket.connect({ port });
      await behaviors[index % behaviors.length]!(guest);
      server.sendMessage(channelId, BigInt(published), String(published));
      published += 1;
    }));
  }
  for (let visit = 0; visit < visits; visit++) await left.next();
  assertEquals([server.clients.size, server.stats().clients.length], [1, 1]);
  for (let message = 0; message < published; message++) assertEquals(await data(client), String(message));
});

// With workers, the client is rightly disconnected: it is in the thread that is blocked.
Deno.test(
  "FoxgloveServer keeps its clients while the program blocks the event loop",
  { ignore: USES_WORKERS },
  async () => {
    const { server, port, channelId } = await serve({ idleTimeoutMs: 1000 });
    await using _server = server;
    using client = await RawSocket.connect({ port, answersPings: true });
    await client.sendText(SUBSCRIBE);
    await within(subscribed(server, channelId), "the subscription");
    // Longer than the idle timeout. The server cannot read a pong in this time.
    const end = performance.now() + 1500;
    while (performance.now() < end);
    server.sendMessage(channelId, 1n, "still here");
    assertEquals(await data(client), "still here");
    // And later, when a timer may have detected a missing pong. The client still reads, and answers pings.
    const next = data(client);
    setTimeout(() => server.sendMessage(channelId, 2n, "and still"), 1200);
    assertEquals([await next, server.clients.size], ["and still", 1]);
  },
);

Deno.test("FoxgloveServer ignores jumps of the wall clock", async () => {
  const { server, port } = await serve();
  await using _server = server;
  const channelId = server.addChannel({ ...ODOM, topic: "/aging", maxAgeMs: 60_000, maxRateHz: 1000 });
  using client = await RawSocket.connect({ port, answersPings: true });
  await client.sendText(`{"op":"subscribe","subscriptions":[{"id":7,"channelId":${channelId}}]}`);
  await within(subscribed(server, channelId), "the subscription");
  const { now } = Date;
  try {
    for (const jump of [0, -3_600_000, 86_400_000, 0]) {
      Date.now = () => now() + jump;
      server.sendMessage(channelId, undefined, `jump ${jump}`);
      assertEquals(await data(client), `jump ${jump}`);
    }
  } finally {
    Date.now = now;
  }
  assertEquals(server.stats().drops.queue, 0);
});
