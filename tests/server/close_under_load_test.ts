// close() under load: it ends in time, sends the messages that must not be dropped, and leaves nothing behind.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { ODOM } from "../support/conversation.ts";
import { once, Queue, within } from "../support/events.ts";
import { Opcode, RawSocket } from "../support/raw_socket.ts";
import { TRANSPORT_OPTIONS } from "../support/transport.ts";

const MIB = 1024 * 1024;
const NEVER = new Promise<never>(() => {});

/** A server with one channel and a hook that never returns an asset, with a queue of subscriptions and fetches. */
async function busy(
  options: Partial<FoxgloveServerOptions> = {},
): Promise<{ server: FoxgloveServer; heard: Queue<string> }> {
  const heard = new Queue<string>("a client's request");
  const server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    capabilities: ["assets"],
    requestTimeoutMs: 60_000,
    // So small that the assets of all clients may be read at the same time.
    maxAssetBytes: MIB,
    listener: {
      onClientSubscribe: () => heard.push("subscribe"),
      onFetchAsset: () => (heard.push("fetch"), NEVER),
    },
    ...options,
  });
  server.addChannel(ODOM);
  await server.start();
  return { server, heard };
}

/** A client that reads, and what it has received. */
async function reader(server: FoxgloveServer): Promise<{ socket: WebSocket; texts: string[]; bytes: () => number }> {
  const socket = new WebSocket(server.url ?? "", ["foxglove.sdk.v1"]);
  socket.binaryType = "arraybuffer";
  const texts: string[] = [];
  let bytes = 0;
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") texts.push(data);
    else bytes += data.byteLength;
  };
  await once(socket, "open");
  return { socket, texts, bytes: () => bytes };
}

const SUBSCRIBE = '{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}';
const FETCH = '{"op":"fetchAsset","uri":"package://a","requestId":1}';

Deno.test("X02 FoxgloveServer.close() ends with 30 clients, some stuck, silent or waiting for a hook that hangs", async () => {
  const { server, heard } = await busy();
  await using _server = server;
  const { port = 0 } = server.addr ?? {};
  const readers = await Promise.all(Array.from({ length: 30 }, () => reader(server)));
  for (const { socket } of readers) {
    socket.send(SUBSCRIBE);
    socket.send(FETCH);
  }
  const stuck = await RawSocket.connect({ port });
  await stuck.sendText(SUBSCRIBE);
  const silent = await RawSocket.connect({ port });
  const half = await Deno.connect({ port });
  await half.write(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
  for (let requests = 0; requests < 61; requests++) await heard.next();

  const [channelId] = server.channels.keys();
  const data = new Uint8Array(MIB);
  for (let count = 0; channelId !== undefined && count < 20; count++) server.sendMessage(channelId, 1n, data);
  server.sendStatus(StatusLevel.WARNING, "last words");
  const closes = readers.map(({ socket }) => once<CloseEvent>(socket, "close"));
  await within(server.close({ graceMs: 1000 }), "close()");

  for (const [index, closed] of closes.entries()) {
    const { code, reason } = await closed;
    assertEquals([code, reason], [1001, "server shutdown"]);
    assertEquals(readers[index]?.texts.at(-1), '{"op":"status","level":1,"message":"last words"}');
  }
  assertEquals([server.clients.size, server.addr, server.stats().queuedBytes], [0, undefined, 0]);
  using next = Deno.listen({ hostname: "127.0.0.1", port });
  assertEquals(next.addr.port, port);
  for (const each of [stuck, silent, half]) each.close();
});

Deno.test("X02 FoxgloveServer.close() sends the messages that must not be dropped, in order, even behind much data", async () => {
  const { server, heard } = await busy();
  await using _server = server;
  const id = server.addChannel({ ...ODOM, topic: "/reliable", delivery: "reliable" });
  const { socket, texts, bytes } = await reader(server);
  socket.send(`{"op":"subscribe","subscriptions":[{"id":1,"channelId":1},{"id":2,"channelId":${id}}]}`);
  await heard.next();
  await heard.next();
  const [odom] = server.channels.keys();
  for (let index = 0; index < 10; index++) {
    if (odom !== undefined) server.sendMessage(odom, 1n, new Uint8Array(MIB));
    server.sendMessage(id, 1n, new Uint8Array(1000));
    server.sendStatus(StatusLevel.INFO, `${index}`);
  }
  const closed = once<CloseEvent>(socket, "close");
  await within(server.close(), "close()");
  assertEquals((await closed).code, 1001);
  const statuses = texts.map((text) => JSON.parse(text)).filter(({ op }) => op === "status");
  assertEquals(statuses.map(({ message }) => message).filter((text) => /^\d$/.test(text)), [..."0123456789"]);
  // Each message has a header of 13 bytes. Of the other channel, only data that was already in the socket is sent.
  assertEquals((bytes() - 10 * 1013) % (MIB + 13), 0);
});

Deno.test("X02 FoxgloveServer.close() notifies all remaining clients while others connect, disconnect and send", async () => {
  const { server, heard } = await busy();
  await using _server = server;
  const early = await reader(server);
  early.socket.send(SUBSCRIBE);
  await heard.next();
  const leaving = await reader(server);
  leaving.socket.close();
  const late = new WebSocket(server.url ?? "", ["foxglove.sdk.v1"]);
  const lateClosed = once<CloseEvent>(late, "close");
  const closed = once<CloseEvent>(early.socket, "close");
  await within(server.close(), "close()");
  assertEquals((await closed).code, 1001);
  // The late client was notified, or found no listener.
  assertEquals([1001, 1006, 0].includes((await lateClosed).code), true);
  assertEquals(server.clients.size, 0);
});

Deno.test("X02 FoxgloveServer.close() waits for the fallback up to a timeout, and then answers itself", async () => {
  const asked = new Queue<void>("a request");
  const answer = Promise.withResolvers<Response>();
  const paths: Record<string, Promise<Response>> = { "/slow": answer.promise, "/never": NEVER };
  const { server } = await busy({
    fallback: (request) => {
      asked.push();
      return paths[new URL(request.url).pathname] ?? new Response("page");
    },
  });
  const [slow, ...nevers] = ["slow", "never", "never"].map((path) =>
    fetch(`http://127.0.0.1:${server.addr?.port}/${path}`)
  );
  for (let requests = 0; requests < 3; requests++) await asked.next();
  const closed = server.close({ graceMs: 50 });
  answer.resolve(new Response("slow"));
  await within(closed, "close()");
  assertEquals(await (await slow)?.text(), "slow");
  for (const never of nevers) {
    const response = await never;
    assertEquals([response.status, await response.text()], [503, "The server is closing\n"]);
  }
});

Deno.test("X02 FoxgloveServer.close() does not wait for a client that never answers the close and keeps sending", async () => {
  const { server } = await busy();
  await using _server = server;
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await within(socket.readFrame(), "serverInfo");
  const closed = server.close();
  // The server no longer reads: the connection ends.
  await socket.sendText("hello");
  await within(closed, "close()");
  let last: number | undefined;
  for (let frame = await socket.readFrame(); frame; frame = await socket.readFrame()) last = frame.opcode;
  assertEquals([last, server.clients.size], [Opcode.CLOSE, 0]);
});
