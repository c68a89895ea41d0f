// RawSocket against a server that records and echoes.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { Queue, within } from "./events.ts";
import { Opcode, RawSocket, type RawSocketOptions } from "./raw_socket.ts";

/** A server that records requests and messages, and echoes messages. */
class EchoServer implements AsyncDisposable {
  readonly #http: Deno.HttpServer<Deno.NetAddr>;
  readonly requests = new Queue<{ url: string; headers: Headers }>("a request");
  readonly messages = new Queue<string | ArrayBuffer>("a message");
  readonly ends = new Queue<CloseEvent>("a connection's end");

  constructor() {
    this.#http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));
  }

  connect(options: Omit<RawSocketOptions, "port"> = {}): Promise<RawSocket> {
    return within(RawSocket.connect({ port: this.#http.addr.port, ...options }), "the handshake");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.shutdown();
  }

  #answer(request: Request): Response {
    // Copies the headers, because Deno releases the request after the response.
    this.requests.push({ url: request.url, headers: new Headers(request.headers) });
    if (request.headers.get("upgrade") !== "websocket") return new Response("no upgrade", { status: 426 });
    if (new URL(request.url).pathname !== "/") return new Response("nothing here", { status: 404 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.messages.push(data);
      socket.send(data);
    };
    socket.onclose = (event) => this.ends.push(event);
    socket.onerror = (event) => event.preventDefault();
    return response;
  }
}

async function frameOf(socket: RawSocket): Promise<{ opcode: number; text: string } | undefined> {
  const frame = await within(socket.readFrame(), "a frame");
  return frame && { opcode: frame.opcode, text: new TextDecoder().decode(frame.payload) };
}

/** Closes with a close frame, so that the server does not wait for it. */
async function closeCleanly(server: EchoServer, socket: RawSocket): Promise<void> {
  await socket.sendFrame({ opcode: Opcode.CLOSE, payload: new Uint8Array([0x03, 0xe8]) });
  assertEquals((await server.ends.next()).code, 1000);
}

Deno.test("RawSocket exchanges text and bytes", async () => {
  await using server = new EchoServer();
  using socket = await server.connect();
  assertEquals([socket.status, socket.headers.get("upgrade"), socket.body], [101, "websocket", ""]);
  await socket.sendText("grüß");
  assertEquals(await frameOf(socket), { opcode: Opcode.TEXT, text: "grüß" });
  await socket.sendBinary(new Uint8Array([1, 2, 255]));
  const payload = new Uint8Array([1, 2, 255]);
  assertEquals(await socket.readFrame(), { opcode: Opcode.BINARY, fin: true, isCompressed: false, payload });
  await closeCleanly(server, socket);
});

for (const length of [0, 125, 126, 65_535, 65_536, 1_000_000]) {
  Deno.test(`RawSocket exchanges ${length} bytes`, async () => {
    await using server = new EchoServer();
    using socket = await server.connect();
    const payload = Uint8Array.from({ length }, (_, index) => index % 251);
    await socket.sendBinary(payload);
    const frame = await within(socket.readFrame(), "the echo");
    assertEquals(frame?.payload.length, length);
    assertEquals(frame?.payload.every((byte, index) => byte === payload[index]), true);
    await closeCleanly(server, socket);
  });
}

Deno.test("RawSocket.connect() sends several header lines with one name", async () => {
  await using server = new EchoServer();
  using socket = await server.connect({ headers: [["X-Token", "a"], ["X-Token", "b"], ["Origin", "null"]] });
  const { headers } = await server.requests.next();
  assertEquals([headers.get("x-token"), headers.get("origin")], ["a, b", "null"]);
  await closeCleanly(server, socket);
});

Deno.test("RawSocket.connect() replaces and omits header lines of the handshake", async () => {
  await using server = new EchoServer();
  using _socket = await server.connect({ headers: [["host", "robot.example"]], omit: ["UPGRADE"], path: "/a?b=c" });
  const { url, headers } = await server.requests.next();
  assertEquals([url, headers.has("upgrade")], ["http://robot.example/a?b=c", false]);
});

Deno.test("RawSocket.connect() reads the response of a rejected handshake", async () => {
  await using server = new EchoServer();
  using socket = await server.connect({ path: "/nowhere" });
  assertEquals([socket.status, socket.body], [404, "nothing here"]);
  assertEquals(socket.headers.get("content-type"), "text/plain;charset=UTF-8");
});

Deno.test("RawSocket.connect() rejects if there is no response", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then((conn) => conn.close());
  await assertRejects(() => RawSocket.connect({ port: listener.addr.port }), Error);
  await accepted;
});

Deno.test("RawSocket.sendFrame() sends fragments", async () => {
  await using server = new EchoServer();
  using socket = await server.connect();
  await socket.sendFrame({ opcode: Opcode.TEXT, payload: new TextEncoder().encode("he"), fin: false });
  await socket.sendFrame({ opcode: Opcode.CONTINUATION, payload: new TextEncoder().encode("llo") });
  assertEquals(await server.messages.next(), "hello");
  await closeCleanly(server, socket);
});

Deno.test("RawSocket.sendFrame() sends a header whose payload never follows", async () => {
  await using server = new EchoServer();
  using socket = await server.connect();
  await socket.sendFrame({ opcode: Opcode.BINARY, claimedLength: 64 * 1024 * 1024 + 1 });
  // Deno does not accept this length, and disconnects after the header.
  assertEquals((await server.ends.next()).wasClean, false);
  assertEquals(await frameOf(socket), undefined);
});

Deno.test("RawSocket.sendFrame() sends a header whose payload follows later", async () => {
  await using server = new EchoServer();
  using socket = await server.connect();
  await socket.sendFrame({ opcode: Opcode.TEXT, claimedLength: 3, payload: new Uint8Array([97, 98]) });
  await socket.sendBytes(new Uint8Array([0x21 ^ 99])); // masked with the mask's third byte
  assertEquals(await server.messages.next(), "abc");
  await closeCleanly(server, socket);
});

Deno.test("RawSocket.readFrame() returns pings, unless it answers them", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  for (const answersPings of [false, true]) {
    const connecting = RawSocket.connect({ port: listener.addr.port, answersPings });
    using conn = await listener.accept();
    await conn.read(new Uint8Array(4096)); // the handshake
    await conn.write(new TextEncoder().encode("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    using socket = await within(connecting, "the handshake");
    await conn.write(new Uint8Array([0x89, 1, 7, 0x81, 1, 97]));
    if (!answersPings) assertEquals((await socket.readFrame())?.opcode, Opcode.PING);
    assertEquals(await frameOf(socket), { opcode: Opcode.TEXT, text: "a" });
    if (answersPings) {
      const pong = new Uint8Array(7);
      assertEquals([await conn.read(pong), pong[0], pong[1]], [7, 0x8a, 0x81]);
    }
  }
});

Deno.test("RawSocket.close() ends the connection without a close frame", async () => {
  await using server = new EchoServer();
  const socket = await server.connect();
  const frame = socket.readFrame();
  socket.close();
  socket.close();
  assertEquals((await server.ends.next()).wasClean, false);
  assertEquals(await within(frame, "the end"), undefined);
  assertEquals(await socket.readFrame(), undefined);
});
