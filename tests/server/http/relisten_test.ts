// Listening again on the same port after the listener failed, over fake HTTP servers that the tests control.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { CLOCK } from "../../../src/clock.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { settled } from "../../support/conversation.ts";
import { Queue, within } from "../../support/events.ts";
import { FakeServe, tooManyFiles } from "../../support/fake_serve.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";

/** A started server over fake HTTP servers, the clock of its pauses, and its log without debug lines. */
async function started(options: Partial<FoxgloveServerOptions> = {}) {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const server = new FoxgloveServer({ name: "test", port: 0, logger, ...options, ...{ [CLOCK]: clock } });
  await server.start();
  return { server, clock, lines };
}

/** Advances the clock, and waits for what its timers have begun. */
async function advance(clock: TestClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

async function readiness(server: FoxgloveServer): Promise<string> {
  const response = await server.handleRequest(new Request("http://localhost/readyz"));
  return `${response.status} ${(await response.text()).trim()}`;
}

const LOST =
  "error: Cannot accept clients on ws://127.0.0.1: Error: Too many open files (os error 24); trying to listen again";

Deno.test("FoxgloveServer listens again on its actual port after the listener has failed", async () => {
  using serve = new FakeServe();
  const { server, clock, lines } = await started();
  await using _server = server;
  assertEquals([server.addr?.port, server.url, await readiness(server)], [4321, "ws://127.0.0.1:4321", "200 ready"]);
  await serve.http.fails();
  assertEquals([server.addr, server.url, await readiness(server)], [undefined, undefined, "503 not listening"]);
  await assertRejects(() => server.start(), TypeError, "Cannot start the server: it is trying to listen again");
  await advance(clock, 99);
  assertEquals(serve.calls, 1);
  await advance(clock, 1);
  assertEquals([serve.calls, serve.http.options.port], [2, 4321]);
  assertEquals([server.addr?.port, server.url, await readiness(server)], [4321, "ws://127.0.0.1:4321", "200 ready"]);
  assertEquals([clock.pendingTimers, lines], [0, [
    "info: Listening on ws://127.0.0.1",
    LOST,
    "info: Listening on ws://127.0.0.1 again",
  ]]);
});

Deno.test("FoxgloveServer listens again after the listener has ended without an error", async () => {
  using serve = new FakeServe();
  const { server, clock, lines } = await started();
  await using _server = server;
  await serve.http.fails(null);
  assertEquals(
    lines[1],
    "error: Cannot accept clients on ws://127.0.0.1: the listener has ended; trying to listen again",
  );
  await advance(clock, 100);
  assertEquals(server.addr?.port, 4321);
});

Deno.test("FoxgloveServer retries after 100 ms, 200 ms and so on up to 5 s, and logs each reason once", async () => {
  using serve = new FakeServe();
  const { server, clock, lines } = await started();
  await using _server = server;
  serve.failure = tooManyFiles;
  await serve.http.fails();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    const { calls } = serve;
    let pause = 0;
    for (; serve.calls === calls; pause += 100) await advance(clock, 100);
    pauses.push(pause);
  }
  assertEquals(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  serve.failure = () => new Deno.errors.AddrInUse("Address already in use");
  await advance(clock, 5000);
  await advance(clock, 5000);
  assertEquals(lines.slice(1), [
    LOST,
    "error: Cannot listen on 127.0.0.1: Error: Too many open files (os error 24); trying again until it succeeds",
    "error: Cannot listen on 127.0.0.1: the port is in use; trying again until it succeeds",
  ]);
  serve.failure = undefined;
  await advance(clock, 5000);
  assertEquals([server.addr?.port, await readiness(server)], [4321, "200 ready"]);
});

Deno.test("FoxgloveServer doubles its pauses while listeners fail at once, and waits 100 ms after one that lasted", async () => {
  using serve = new FakeServe();
  const { server, clock } = await started();
  await using _server = server;
  for (const pause of [100, 200, 400]) {
    await serve.http.fails();
    await advance(clock, pause - 1);
    assertEquals(server.addr, undefined);
    await advance(clock, 1);
    assertEquals(server.addr?.port, 4321);
  }
  await advance(clock, 5000);
  await serve.http.fails();
  await advance(clock, 100);
  assertEquals(server.addr?.port, 4321);
});

Deno.test("FoxgloveServer.close() stops the retries", async () => {
  using serve = new FakeServe();
  const { server, clock } = await started();
  await serve.http.fails();
  const closed = server.close();
  assertEquals(await readiness(server), "503 closing");
  await within(closed, "close()");
  await advance(clock, 60_000);
  assertEquals([serve.calls, clock.pendingTimers, server.addr, await readiness(server)], [
    1,
    0,
    undefined,
    "503 closing",
  ]);
});

Deno.test("FoxgloveServer does not listen again after close(), whether or not the listener fails", async () => {
  for (const error of [tooManyFiles(), null]) {
    using serve = new FakeServe();
    const { server, clock, lines } = await started();
    const closed = server.close();
    await serve.http.fails(error);
    await within(closed, "close()");
    await advance(clock, 60_000);
    assertEquals([serve.calls, lines], [1, ["info: Listening on ws://127.0.0.1", "info: Closed"]]);
  }
});

Deno.test("FoxgloveServer shuts down a failed listener after its requests are answered", async () => {
  using serve = new FakeServe();
  const page = Promise.withResolvers<Response>();
  const { server } = await started({ fallback: () => page.promise });
  await using _server = server;
  const { http } = serve;
  const info = { remoteAddr: http.addr, completed: Promise.resolve() };
  const answer = http.handler(new Request("http://localhost/page"), info);
  await http.fails();
  assertEquals(http.isShutDown, false);
  page.resolve(new Response("page"));
  assertEquals(await (await answer).text(), "page");
  await settled();
  assertEquals(http.isShutDown, true);
});

Deno.test("FoxgloveServer keeps the clients of a failed listener, and shuts it down after the last one has disconnected", async () => {
  using serve = new FakeServe({ isReal: true });
  const left = new Queue<void>("a disconnected client");
  const { server, clock } = await started({ listener: { onClientDisconnect: () => left.push() } });
  await using _server = server;
  const { http } = serve;
  const { port } = http.addr;
  const connect = () => RawSocket.connect({ port });
  const [one, other] = [await connect(), await connect()];
  for (const socket of [one, other]) await within(socket.readFrame(), "serverInfo");
  await http.fails();
  one.close();
  await left.next();
  assertEquals([http.isShutDown, server.clients.size], [false, 1]);
  other.close();
  await left.next();
  await within(http.shutDown, "the end of the listener");
  await advance(clock, 100);
  using next = await connect();
  assertEquals([next.status, server.addr?.port], [101, port]);
});

Deno.test("FoxgloveServer.reloadCertificate() changes nothing while the server is about to listen again", async () => {
  using serve = new FakeServe();
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const { server, clock } = await started(before);
  await using _server = server;
  await serve.http.fails();
  const text = "Cannot reload the certificate: the server has lost its port and is trying to listen again";
  await assertRejects(() => server.reloadCertificate(after), TypeError, text);
  await advance(clock, 100);
  assertEquals(serve.http.options.cert, before.cert);
  await within(server.reloadCertificate(after), "the exchange");
  assertEquals([serve.https.length, serve.http.options.cert], [3, after.cert]);
});

Deno.test("FoxgloveServer.reloadCertificate() rejects if it cannot listen, and the server retries", async () => {
  using serve = new FakeServe();
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const { server, clock, lines } = await started(before);
  await using _server = server;
  serve.failure = tooManyFiles;
  await assertRejects(() => server.reloadCertificate(after), Deno.errors.Http, "Too many open files");
  assertEquals([server.addr, await readiness(server)], [undefined, "503 not listening"]);
  serve.failure = undefined;
  await advance(clock, 100);
  assertEquals([serve.http.options.cert, server.url], [after.cert, "wss://127.0.0.1:4321"]);
  assertEquals(lines.at(-1), "info: Listening on wss://127.0.0.1 again");
});

Deno.test("FoxgloveServer.reloadCertificate() listens again even if the listener fails while clients are disconnected", async () => {
  using serve = new FakeServe();
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const { server, clock } = await started(before);
  await using _server = server;
  const exchange = server.reloadCertificate(after);
  await serve.http.fails();
  await within(exchange, "the exchange");
  assertEquals([serve.https.length, serve.http.options.cert, server.addr?.port], [2, after.cert, 4321]);
  assertEquals(clock.pendingTimers, 0);
});

Deno.test("FoxgloveServer reads its certificate once: it can listen again without the files", async () => {
  using serve = new FakeServe();
  const pair = await selfSignedCertificate();
  const folder = await Deno.makeTempDir();
  const [cert, key] = [new URL(`file://${folder}/cert.pem`), new URL(`file://${folder}/key.pem`)];
  await Deno.writeTextFile(cert, pair.cert);
  await Deno.writeTextFile(key, pair.key);
  const { server, clock } = await started({ cert, key });
  await using _server = server;
  await Deno.remove(folder, { recursive: true });
  await serve.http.fails();
  await advance(clock, 100);
  const { options } = serve.http;
  assertEquals([options.cert, options.key, server.url], [pair.cert, pair.key, "wss://127.0.0.1:4321"]);
});
