// The life of a server with workers: a worker that fails or hangs, a busy program, and close().

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { delay } from "@std/async/delay";
import { CLOCK } from "../../src/clock.ts";
import { serveWorkers } from "../../src/workers/mod.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { ODOM } from "../support/conversation.ts";
import { Queue, within } from "../support/events.ts";
import { TestClock } from "../support/test_clock.ts";
import { recordingLogger } from "../support/test_server.ts";
import { linuxTest, startWorkers } from "./fixture.ts";

linuxTest("serveWorkers() returns a server that listens, and close() ends its clients and workers", async () => {
  const server = await serveWorkers({ name: "test", port: 0, workers: 2, logger: false });
  assertEquals([server.addr?.hostname, server.addr!.port > 0], ["127.0.0.1", true]);
  const socket = new WebSocket(server.url!);
  await new Promise((resolve) => socket.onmessage = resolve);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await server.close();
  const { code, reason } = await closed;
  assertEquals([code, reason, server.addr], [1001, "server shutdown", undefined]);
  assertEquals(server.stats().disconnections.shutdown, 1);
});

linuxTest("close() ends workers that need longer than graceMs", async () => {
  for (let round = 0; round < 3; round++) {
    const server = await serveWorkers({ name: "test", port: 0, workers: 2, logger: false });
    // The test runner reports timers that are left.
    await server.close({ graceMs: 0 });
    assertEquals(server.addr, undefined);
  }
});

linuxTest("serveWorkers() closes the server when its signal aborts", async () => {
  const abort = new AbortController();
  const server = await serveWorkers({ name: "test", port: 0, workers: 1, logger: false, signal: abort.signal });
  abort.abort();
  await within(server.closed, "the end of the server");
});

linuxTest("a server with workers accepts no clients that the program has received", async () => {
  await using fixture = await startWorkers({ workers: 1 });
  const { server } = fixture;
  for (
    const call of [
      () => server.handleRequest(new Request("http://localhost/")),
      () => server.handleUpgrade({} as never, {} as never, new Uint8Array()),
      () => server.acceptSocket({} as never),
    ]
  ) assertStringIncludes(assertThrows(call, TypeError).message, "of this server");
});

linuxTest("a worker that fails is replaced, its clients are gone, and those of the others stay", async () => {
  const { logger, lines } = recordingLogger();
  const left = new Queue<number>("a client that has left");
  const unsubscribed = new Queue<number>("an unsubscription");
  await using fixture = await startWorkers({
    logger,
    listener: {
      onClientDisconnect: (_server, { client }) => left.push(client.id),
      onClientUnsubscribe: (_server, id) => unsubscribed.push(id),
    },
  });
  const { server, threads } = fixture;
  const id = server.addChannel(ODOM);
  const [victim, survivor] = await fixture.connectToEach();
  const times = new Queue<bigint>("a message");
  survivor!.subscribe(ODOM.topic, { onMessage: ({ timestamp }) => times.push(timestamp) });
  victim!.subscribe(ODOM.topic, { onMessage: () => {} });
  while (server.stats().subscriptions < 2) await delay(1);
  const [lost, kept] = threads.map(({ connections }) => connections.size);
  threads[0]!.fail();
  assertEquals(await within(victim!.closed.then(() => true), "the end of the victim"), true);
  for (let count = 0; count < lost!; count++) await left.next();
  assertEquals([await unsubscribed.next(), server.clients.size, server.stats().disconnections.error], [id, kept, lost]);
  server.sendMessage(id, 1n, "{}");
  assertEquals(await times.next(), 1n);

  while (!lines.at(-1)?.includes("listens again")) await delay(10);
  const noted = lines.filter((line) => line.includes("Worker 1"));
  assertEquals(noted.map((line) => line.replace(/(replaced): .*/, "$1")), [
    "error: Worker 1 has failed and is replaced",
    "info: Worker 1 listens again",
  ]);
  assertEquals(threads.length, 3);
  // The new thread has replaced the first one.
  while (threads[2]!.connections.size === 0) await fixture.connect();
  const newest = new Queue<bigint>("a message");
  const client = await fixture.connect();
  client.subscribe(ODOM.topic, { onMessage: ({ timestamp }) => newest.push(timestamp) });
  while (server.stats().subscriptions < 2) await delay(1);
  server.sendMessage(id, 2n, "{}");
  assertEquals([await times.next(), await newest.next()], [2n, 2n]);
});

linuxTest("a worker that fails ends the requests that it has asked, and frees their slots", async () => {
  const aborted = new Queue<string>("an aborted signal");
  const waiting = new Queue<void>("a waiting request");
  let isFirst = true;
  await using fixture = await startWorkers({
    workers: 1,
    maxClients: 2,
    authorize: async ({ url }, { signal }) => {
      if (!url.includes("wait")) return {};
      signal.addEventListener("abort", () => aborted.push("handshake"));
      waiting.push();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      // The program does not look at the signal.
      return {};
    },
  });
  const { server, threads } = fixture;
  server.service("/wait", async (_request: unknown, { signal }) => {
    if (!isFirst) return {};
    isFirst = false;
    signal.addEventListener("abort", () => aborted.push("service"));
    waiting.push();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return {};
  });
  const caller = await fixture.connect();
  await caller.waitForService("/wait");
  const call = assertRejects(() => caller.callService("/wait", "{}"));
  await waiting.next();
  const socket = new WebSocket(`${server.url}?wait`, ["foxglove.sdk.v1"]);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  await waiting.next();
  threads[0]!.fail();
  assertEquals([await aborted.next(), await aborted.next()].toSorted(), ["handshake", "service"]);
  await Promise.all([call, closed]);
  while (threads.length < 2 || server.clients.size > 0) await delay(10);
  // Both slots are free. A handshake before the new worker listens is refused by the system.
  const clients = [];
  while (clients.length < 2) {
    try {
      clients.push(await fixture.connect());
    } catch {
      await delay(20);
    }
  }
  await clients[0]!.waitForService("/wait");
  await clients[0]!.callService("/wait", "{}");
  assertEquals(server.clients.size, 2);
});

linuxTest("reloadCertificate() reaches a worker that replaces a failed one and does not listen yet", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using fixture = await startWorkers({ workers: 1, logger, ...before, [CLOCK]: clock });
  const { server, threads } = fixture;
  threads[0]!.fail();
  while (!lines.some((line) => line.startsWith("error: Worker 1"))) await delay(1);
  clock.advance(100);
  assertEquals(threads.length, 2);
  await within(server.reloadCertificate(after), "the exchange");
  assertEquals(lines.filter((line) => line.includes("Worker")).map((line) => line.replace(/(replaced): .*/, "$1")), [
    "error: Worker 1 has failed and is replaced",
    "info: Worker 1 listens again",
  ]);
  using client = Deno.createHttpClient({ caCerts: [after.cert] });
  const response = await fetch(`https://localhost:${server.addr!.port}/healthz`, { client });
  assertEquals([response.status, await response.text() !== ""], [200, true]);
});

linuxTest("a worker that does not answer is replaced", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using fixture = await startWorkers({ logger, [CLOCK]: clock });
  const { threads } = fixture;
  const pongs = new Queue<void>("an answer of the other worker");
  threads[0]!.passes = ({ type }) => {
    if (type === "pong") pongs.push();
    return true;
  };
  threads[1]!.passes = () => false;
  for (let second = 0; second < 11; second++) {
    clock.advance(1000);
    if (second < 10) await pongs.next();
  }
  // A connection to it may show before that it is deaf.
  assertEquals(lines.filter((line) => line.startsWith("error: Worker")), [
    "error: Worker 2 has failed and is replaced: it does not respond",
  ]);
  clock.advance(100);
  while (!lines.at(-1)?.includes("Worker 2 listens again")) await delay(10);
  assertEquals(threads.length, 3);
});

linuxTest("all workers listen again if none accepts a connection, and their clients stay", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using fixture = await startWorkers({ logger, [CLOCK]: clock });
  const { server, threads } = fixture;
  const clients = await fixture.connectToEach();
  const accepted = new Queue<void>("an accepted connection");
  const pongs = new Queue<void>("an answer of a worker");
  let isDeaf = false;
  for (const thread of threads) {
    thread.passes = ({ type }) => {
      if (type === "pong") pongs.push();
      if (type === "accepted") accepted.push();
      return type !== "accepted" || !isDeaf;
    };
  }
  const isAsked = () => threads.map(({ orders }) => orders.includes("listenAgain"));
  /** Lets time pass, and waits until all workers have read what they were sent in it. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (const _ of threads) await pongs.next();
  };
  await pass(5000);
  await accepted.next();
  await pass(1000);
  assertEquals(isAsked(), [false, false]);
  isDeaf = true;
  while (!isAsked().every(Boolean)) await pass(1000);
  while (lines.filter((line) => line.endsWith(" again")).length < 2) await delay(10);
  assertEquals(clients.map(({ state }) => state.type), ["open", "open"]);
  isDeaf = false;
  // A connection that the system gives to a listener which is being closed is reset.
  await pass(1000);
  assertEquals((await fixture.connectToEach()).length, 2);
  assertEquals(server.clients.size >= 4, true);
});

linuxTest("close() ends a server with a worker that does not answer", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using fixture = await startWorkers({ logger, [CLOCK]: clock });
  fixture.threads[1]!.passes = () => false;
  const closed = fixture.server.close();
  for (let second = 0; second < 11; second++) {
    clock.advance(1000);
    await delay(20);
  }
  await within(closed, "close()");
  // Both are ended, and none is replaced.
  assertEquals(fixture.threads.map(({ isTerminated }) => isTerminated), [true, true]);
  assertEquals(lines.filter((line) => line.startsWith("error: ")), []);
  assertEquals(clock.pendingTimers, 0);
});

linuxTest("close() ends a server whose workers have failed", async () => {
  const fixture = await startWorkers();
  for (const thread of fixture.threads) thread.fail();
  await delay(50);
  await within(fixture.server.close(), "close()");
});

linuxTest(
  "a program that is busy for longer than the idle timeout loses no client, and serves them afterwards",
  async () => {
    await using fixture = await startWorkers({ idleTimeoutMs: 1000 });
    const { server } = fixture;
    const id = server.addChannel(ODOM);
    const thread = new Worker(new URL("./fixtures/client.ts", import.meta.url), { type: "module" });
    const messages = new Queue<unknown>("a message of the client");
    const ready = Promise.withResolvers<void>();
    thread.onmessage = ({ data }) => data === "subscribed" ? ready.resolve() : messages.push(data);
    thread.postMessage(server.url);
    await ready.promise;
    while (!server.hasSubscribers(id)) await delay(1);
    const end = performance.now() + 2500;
    while (performance.now() < end);
    server.sendMessage(id, 1n, "{}");
    assertEquals([await messages.next(), server.clients.size], ["message 1", 1]);
    thread.terminate();
  },
);
