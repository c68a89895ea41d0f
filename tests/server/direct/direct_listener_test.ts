// The life of a direct listener: addresses, time limits, requests that are not valid, TLS, and its end.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import type { TakenSocket } from "../../../src/server/direct/direct_upgrade.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { settled } from "../../support/conversation.ts";
import { Queue, within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { exchange, HANDSHAKE_MS, openDirect, RawClient, statusesOf, until } from "./fixture.ts";

const KEPT = "GET /kept HTTP/1.1\r\nHost: robot\r\n\r\n";
const HANDSHAKE = "GET / HTTP/1.1\r\nHost: robot\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** Whether a promise has settled after some turns of the event loop. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const settle = () => isSettled = true;
  promise.then(settle, settle);
  for (let turn = 0; turn < 20; turn++) await settled();
  return isSettled;
}

Deno.test("DirectListener.open() listens on a free port, and says where", async () => {
  await using direct = await openDirect();
  const { addr, isLoopback, tls } = direct.listener;
  assertEquals(addr, { transport: "tcp", hostname: "127.0.0.1", port: direct.port });
  assertEquals([direct.port > 0, isLoopback, tls], [true, true, false]);
});

Deno.test("DirectListener.open() accepts an IPv6 address in brackets", async () => {
  await using direct = await openDirect({}, { address: { hostname: "[::1]", port: 0 } });
  assertEquals(direct.listener.addr, { transport: "tcp", hostname: "::1", port: direct.port });
  const response = await fetch(`http://[::1]:${direct.port}/path`);
  assertEquals(await response.text(), "/path");
});

Deno.test("DirectListener.open() rejects with the code EADDRINUSE if the port is in use", async () => {
  await using direct = await openDirect();
  const { port } = direct;
  const error = await assertRejects(
    () => openDirect({}, { address: { hostname: "127.0.0.1", port } }),
    Error,
    `Cannot listen on 127.0.0.1:${port}: the port is in use`,
  );
  assertEquals((error as { code?: string }).code, "EADDRINUSE");
});

Deno.test("DirectListener.open() names the address that it cannot listen on", async () => {
  const error = await assertRejects(
    () => openDirect({}, { address: { path: "/no/such/folder/server.sock" } }),
    Error,
    "Cannot listen on /no/such/folder/server.sock: ",
  );
  assertEquals(error.message.includes("ENOENT") || error.name === "NotCapable", true, error.message);
});

Deno.test("DirectListener.open() rejects if the program may not use the address", async () => {
  const error = await assertRejects(
    () => openDirect({}, { address: { hostname: "192.0.2.1", port: 8765 } }),
    Deno.errors.NotCapable,
    'Cannot listen on 192.0.2.1:8765: Requires net access to "192.0.2.1:8765"',
  );
  assertEquals(error.name, "NotCapable");
});

Deno.test("DirectListener closes a connection whose request does not arrive in time", async () => {
  await using direct = await openDirect();
  using silent = await RawClient.connect(direct.port);
  using half = await RawClient.connect(direct.port);
  await half.send("GET / HTTP/1.1\r\nHo");
  // The answer to a later request shows that the others were accepted.
  await exchange(direct.port, KEPT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  direct.clock.advance(HANDSHAKE_MS - 1);
  assertEquals(await hasSettled(Promise.race([silent.readAll(), half.readAll()])), false);
  direct.clock.advance(1);
  assertEquals([await silent.readAll(), await half.readAll()], ["", ""]);
});

Deno.test("DirectListener gives no time limit to a request that is being answered", async () => {
  const answers = new Queue<(response: Response) => void>("a request");
  await using direct = await openDirect({
    onRequest: () => new Promise((resolve) => answers.push(resolve)),
  });
  using client = await RawClient.connect(direct.port);
  await client.send(KEPT);
  const answer = await answers.next();
  direct.clock.advance(1_000_000);
  answer(new Response("late"));
  assertEquals(statusesOf(await client.readUntil("late")), [200]);
});

Deno.test("DirectListener closes a connection 60 seconds after its last response", async () => {
  const answers = new Queue<(response: Response) => void>("a request");
  await using direct = await openDirect({
    onRequest: () => new Promise((resolve) => answers.push(resolve)),
  });
  using client = await RawClient.connect(direct.port);
  for (let count = 0; count < 3; count++) {
    await client.send(KEPT);
    const answer = await answers.next();
    // The connection has no timer until its response has ended.
    const { pendingTimers } = direct.clock;
    answer(new Response("kept"));
    await client.readUntil("kept");
    await until(() => direct.clock.pendingTimers === pendingTimers + 1, "the timer");
    direct.clock.advance(59_000);
  }
  await client.send("GET / HT");
  const end = client.readAll();
  assertEquals(await hasSettled(end), false);
  direct.clock.advance(1000);
  assertEquals(await end, "");
});

Deno.test("DirectListener gives requests no time limit if handshakeTimeoutMs is 0", async () => {
  await using direct = await openDirect({}, { handshakeTimeoutMs: 0 });
  using silent = await RawClient.connect(direct.port);
  await exchange(direct.port, KEPT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  direct.clock.advance(1_000_000);
  await silent.send(KEPT);
  assertEquals(statusesOf(await silent.readUntil("/kept")), [200]);
});

Deno.test("DirectListener closes a connection after 2 seconds if the client does not close it after a rejection", async () => {
  await using direct = await openDirect();
  for (const [request, status] of [["\x01\x02\r\n\r\n", 400], [HANDSHAKE, 403]] as const) {
    using client = await RawClient.connect(direct.port);
    await client.send(request);
    assertEquals(statusesOf(await client.readAll()), [status]);
    // The client has received FIN and does not send its own.
    const { pendingTimers } = direct.clock;
    direct.clock.advance(2000);
    assertEquals(direct.clock.pendingTimers < pendingTimers, true);
  }
});

Deno.test("DirectListener does not touch a connection after it was taken", async () => {
  const taken = new Queue<TakenSocket>("a connection");
  await using direct = await openDirect({
    onUpgrade(_request, _info, upgrade) {
      const socket = upgrade.take({});
      if (socket) taken.push(socket);
      socket?.socket.on("data", (bytes) => void socket.socket.write(bytes));
      socket?.socket.on("end", () => socket.socket.end());
      return undefined;
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  await client.readUntil("\r\n\r\n");
  direct.clock.advance(1_000_000);
  const shutdown = direct.listener.shutdown();
  await client.send("\x01\x02GET / HTTP/1.1\r\n\r\n");
  await client.readUntil("GET / HTTP/1.1\r\n\r\n");
  assertEquals([await hasSettled(shutdown), await hasSettled(direct.listener.finished)], [false, false]);
  await client.halfClose();
  assertEquals(await client.readAll(), "");
  await within(Promise.all([shutdown, direct.listener.finished]), "the end");
});

Deno.test("DirectListener.shutdown() closes idle connections at once, and others after their responses", async () => {
  const answers = new Queue<(response: Response) => void>("a request");
  await using direct = await openDirect({
    onRequest: (request) =>
      request.url.endsWith("/kept") ? new Response("/kept") : new Promise((resolve) => answers.push(resolve)),
  });
  using idle = await RawClient.connect(direct.port);
  await idle.send(KEPT);
  await idle.readUntil("/kept");
  using half = await RawClient.connect(direct.port);
  await half.send("GET / HTTP/1.1\r\nHo");
  using busy = await RawClient.connect(direct.port);
  await busy.send("GET /slow HTTP/1.1\r\nHost: robot\r\n\r\n");
  const answer = await answers.next();
  const shutdown = direct.listener.shutdown();
  assertEquals([await idle.readAll(), await half.readAll(), await hasSettled(shutdown)], ["", "", false]);
  await assertRejects(() => RawClient.connect(direct.port), Deno.errors.ConnectionRefused);
  answer(new Response("slow"));
  const response = await busy.readAll();
  assertEquals([statusesOf(response), /connection: close/i.test(response)], [[200], true]);
  busy.close();
  await within(shutdown, "the end");
  await direct.listener.shutdown();
});

Deno.test("DirectListener.retire() serves until the last request and the last client have ended", async () => {
  const answers = new Queue<(response: Response) => void>("a request");
  await using direct = await openDirect({
    onRequest: () => new Promise((resolve) => answers.push(resolve)),
  });
  const release = direct.listener.addUser();
  using client = await RawClient.connect(direct.port);
  await client.send(KEPT);
  const retired = direct.listener.retire();
  (await answers.next())(new Response("first"));
  await client.readUntil("first");
  release();
  release();
  assertEquals(await client.readAll(), "");
  client.close();
  await within(retired, "the end");
});

Deno.test({
  name: "DirectListener listens on a Unix socket, replaces a stale one, and removes its own",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/server.sock`;
    const fixture = new URL("./fixtures/on_unix_socket.ts", import.meta.url).href;
    await using program = new Program("--allow-net", "--allow-read", "--allow-write", fixture, path);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(lines[0] ?? ""), {
      hadFile: true,
      addr: { transport: "unix", hostname: "", port: 0, path },
      body: ["http://localhost/path", { remoteAddr: { transport: "unix", path } }],
      inUse: [`Cannot listen on ${path}: the socket is in use`, "EADDRINUSE"],
      isGone: true,
      noSocket: [`Cannot listen on ${path}: a file that is not a socket has this path`, "EADDRINUSE"],
    });
    assertEquals(await Deno.readTextFile(path), "precious");
    await Deno.remove(folder, { recursive: true });
  },
});

/** Sends a request over TLS, and returns the body, or the name of the error. */
async function fetchWith(cert: string, port: number): Promise<string> {
  using client = Deno.createHttpClient({ caCerts: [cert] });
  try {
    return await (await fetch(`https://localhost:${port}/tls`, { client } as RequestInit)).text();
  } catch (error) {
    return (error as Error).name;
  }
}

Deno.test("DirectListener serves TLS, and keeps connections when its certificate is replaced", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const urls: string[] = [];
  await using direct = await openDirect({
    onRequest({ url }) {
      urls.push(url.replace(/\d+/, "PORT"));
      return new Response("over TLS");
    },
    onUpgrade(_request, _info, upgrade) {
      const taken = upgrade.take({});
      taken?.socket.on("data", (bytes) => void taken.socket.write(bytes));
      taken?.socket.on("end", () => taken.socket.destroy());
      return undefined;
    },
  }, { certificate: before });
  const { listener, port } = direct;
  const timers = direct.clock.pendingTimers;
  const conn = await Deno.connectTls({ hostname: "localhost", port, caCerts: [before.cert] });
  using client = new RawClient(conn);
  await client.send(HANDSHAKE);
  assertEquals(statusesOf(await client.readUntil("\r\n\r\n")), [101]);
  assertEquals([listener.tls, direct.clock.pendingTimers], [true, timers]);
  assertEquals([await fetchWith(before.cert, port), await fetchWith(after.cert, port)], ["over TLS", "TypeError"]);
  listener.setCertificate(after);
  assertEquals([await fetchWith(before.cert, port), await fetchWith(after.cert, port)], ["TypeError", "over TLS"]);
  await client.send("ping");
  await client.readUntil("ping");
  assertEquals(urls, ["https://localhost:PORT/tls", "https://localhost:PORT/tls"]);
});

Deno.test("DirectListener.setCertificate() changes nothing if certificate and key are not valid", async () => {
  const [own, other] = [await selfSignedCertificate(), await selfSignedCertificate()];
  await using direct = await openDirect({}, { certificate: own });
  const { listener, port } = direct;
  const cannot = "Cannot set the certificate:";
  for (
    const [pair, text] of [
      [{ cert: other.cert, key: own.key }, "the key does not belong to the certificate"],
      [{ cert: "x", key: own.key }, "the certificate is not valid PEM"],
      [{ cert: own.cert, key: "x" }, "the key is not valid PEM"],
    ] as const
  ) {
    assertThrows(() => listener.setCertificate(pair), TypeError, `${cannot} ${text}`);
    await assertRejects(
      () => openDirect({}, { certificate: pair }),
      TypeError,
      `Cannot listen on 127.0.0.1:0: ${text}`,
    );
  }
  assertEquals(await fetchWith(own.cert, port), "/tls");
  await using plain = await openDirect();
  assertThrows(() => plain.listener.setCertificate(own), TypeError, `${cannot} the listener has no TLS`);
});

Deno.test("DirectListener closes a TLS connection without a valid handshake when its time is over", async () => {
  const certificate = await selfSignedCertificate();
  await using direct = await openDirect({}, { certificate });
  const timers = direct.clock.pendingTimers;
  using silent = await RawClient.connect(direct.port);
  using plain = await RawClient.connect(direct.port);
  await plain.send(KEPT);
  // The answer to a later request shows that the others were accepted.
  assertEquals(await fetchWith(certificate.cert, direct.port), "/tls");
  direct.clock.advance(HANDSHAKE_MS);
  // A TLS alert may precede the end.
  await plain.readAll();
  assertEquals(await silent.readAll(), "");
  await until(() => direct.clock.pendingTimers <= timers + 1, "the end of the timers");
});
