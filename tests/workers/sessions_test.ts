// Clients of a server with workers: handshakes, rights, filters, limits, hooks and requests.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { delay } from "@std/async/delay";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { CLOCK } from "../../src/clock.ts";
import { ODOM } from "../support/conversation.ts";
import { Queue, within } from "../support/events.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { STILL_CLOCK } from "../support/test_clock.ts";
import { recordingLogger, reportedStats } from "../support/test_server.ts";
import { linuxTest, startWorkers } from "./fixture.ts";

linuxTest("parameters that a client of one worker sets reach a client of the other worker", async () => {
  await using fixture = await startWorkers();
  const parameters = fixture.server.parameters({ "/pid/kp": { value: 1.5, min: 0, max: 10 } });
  const [one, other] = await fixture.connectToEach();
  const updates = other!.subscribeParameters(["/pid/kp"]);
  await other!.getParameters();
  await one!.setParameters([{ name: "/pid/kp", value: 3 }]);
  for await (const [parameter] of updates) {
    if (parameter?.value === 3) break;
  }
  assertEquals(parameters.get("/pid/kp"), 3);
  await assertRejects(() => one!.setParameters([{ name: "/pid/kp", value: 11 }]));
});

linuxTest("service calls of clients in all workers reach the program, and each gets its own answer", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  const callers = new Set<number>();
  server.service("/add", ({ a, b }: { a: number; b: number }, { client }) => {
    callers.add(client.id);
    if (a < 0) throw new Error("no negative numbers");
    return { sum: a + b };
  });
  const clients = await fixture.connectToEach();
  const answers = await Promise.all(clients.map(async (client, index) => {
    await client.waitForService("/add");
    const sums = await Promise.all(Array.from({ length: 20 }, async (_, b) => {
      const { payload } = await client.callService("/add", JSON.stringify({ a: index * 100, b }));
      return JSON.parse(new TextDecoder().decode(payload)).sum;
    }));
    await assertRejects(() => client.callService("/add", '{"a":-1,"b":0}'), Error, "no negative numbers");
    return sums;
  }));
  assertEquals(answers, [0, 100].map((base) => Array.from({ length: 20 }, (_, b) => base + b)));
  assertEquals(callers.size, 2);
  assertEquals(server.stats().requests.callService.outcomes, {
    ok: 40,
    failed: 2,
    timeout: 0,
    refused: 0,
    cancelled: 0,
  });
});

linuxTest("large assets and messages of clients pass whole through a worker", async () => {
  const asset = new Uint8Array(9_000_000).map((_, index) => index % 251);
  const published = new Queue<Uint8Array>("a published message");
  await using fixture = await startWorkers({
    workers: 1,
    capabilities: ["assets", "clientPublish"],
    listener: { onFetchAsset: () => asset, onClientMessage: (_server, _id, payload) => published.push(payload) },
  });
  const client = await fixture.connect();
  const fetched = await Promise.all([1, 2, 3].map((index) => client.fetchAsset(`package://mesh${index}`)));
  assertEquals(fetched.map((each) => each.every((byte, index) => byte === index % 251)), [true, true, true]);
  const channel = client.advertise({ topic: "/in", encoding: "json", schemaName: "In" });
  for (const size of [1, 100_000, 5_000_000]) client.publish(channel, asset.subarray(0, size));
  for (const size of [1, 100_000, 5_000_000]) {
    const payload = await published.next();
    assertEquals([payload.length, payload.every((byte, index) => byte === index % 251)], [size, true]);
  }
});

linuxTest("a response of authorize that cannot be sent becomes an error, and the worker goes on", async () => {
  const { logger, lines } = recordingLogger();
  await using fixture = await startWorkers({
    workers: 1,
    logger,
    authorize: ({ url }) => url.includes("fault") ? Response.error() : {},
  });
  const client = await fixture.connect();
  const response = await fetch(`${fixture.server.url!.replace("ws:", "http:")}?fault`, {
    headers: { accept: "text/html" },
  });
  assertEquals([response.status, await response.text()], [500, "The server failed to answer this request\n"]);
  assertEquals([client.state.type, fixture.threads.length], ["open", 1]);
  assertEquals(lines.filter((line) => line.startsWith("error: ")).length, 1);
});

linuxTest("a response of authorize reaches the client with its status text, with or without a body", async () => {
  await using fixture = await startWorkers({
    workers: 1,
    authorize: ({ url }) => {
      const status = Number(new URL(url).searchParams.get("status"));
      return new Response(status === 403 ? "x" : null, { status, statusText: "Not today" });
    },
  });
  const { port } = fixture.server.addr!;
  const ask = async (status: number) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const head = [
      `GET /?status=${status} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      "Accept: text/html",
      "Connection: close",
    ];
    await connection.write(new TextEncoder().encode(head.join("\r\n") + "\r\n\r\n"));
    // Not fetch(), which ignores the text.
    const response = await new Response(connection.readable).text();
    return [response.split("\r\n")[0], response.split("\r\n\r\n")[1]];
  };
  assertEquals(await Promise.all([403, 404, 204, 205, 304].map(ask)), [
    ["HTTP/1.1 403 Not today", "x"],
    ["HTTP/1.1 404 Not today", ""],
    ["HTTP/1.1 204 Not today", ""],
    ["HTTP/1.1 205 Not today", ""],
    ["HTTP/1.1 304 Not today", ""],
  ]);
});

linuxTest("the body of a response is cancelled if its client leaves before the end", async () => {
  const asked = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  await using fixture = await startWorkers({
    workers: 1,
    authorize: () => {
      asked.resolve();
      return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }), { status: 403 });
    },
  });
  const abort = new AbortController();
  const { port } = fixture.server.addr!;
  const left = assertRejects(() =>
    fetch(`http://127.0.0.1:${port}/`, {
      headers: { accept: "text/html" },
      signal: abort.signal,
    })
  );
  await asked.promise;
  abort.abort();
  await left;
  await within(cancelled.promise, "the end of the body");
});

linuxTest("authorize sees the request of a worker, and its response reaches the client", async () => {
  const seen: unknown[] = [];
  await using fixture = await startWorkers({
    authorize: (request, { address, tls }) => {
      const token = new URL(request.url).searchParams.get("token");
      seen.push([request.method, token, request.headers.get("x-robot"), /^127\.0\.0\.1:\d+$/.test(address), tls]);
      if (token === "crash") throw new Error("broken");
      return token === "good"
        ? { name: "ann" }
        : new Response("who are you?", { status: 401, headers: { "x-why": "no" } });
    },
  });
  const { server } = fixture;
  const port = server.addr!.port;
  const ask = async (path: string) => {
    using socket = await RawSocket.connect({ port, path, headers: [["X-Robot", "r2"]] });
    return [socket.status, socket.headers.get("x-why"), socket.body];
  };
  assertEquals(await ask("/?token=bad"), [401, "no", "who are you?"]);
  assertEquals((await ask("/?token=crash"))[0], 500);
  assertEquals(seen, [["GET", "bad", "r2", true, false], ["GET", "crash", "r2", true, false]]);
  await using client = await FoxgloveClient.connect(`${server.url}/?token=good`);
  assertEquals([client.state.type, [...server.clients.values()][0]?.identity?.name], ["open", "ann"]);
  const { refusedHandshakes: { unauthorized, failed } } = server.stats();
  assertEquals([unauthorized, failed], [1, 1]);
});

linuxTest("a client that leaves while authorize waits is noticed in the producer", async () => {
  const aborted = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  await using fixture = await startWorkers({
    workers: 1,
    authorize: async (_request, { signal }) => {
      asked.resolve();
      signal.addEventListener("abort", () => aborted.resolve(signal.reason.message));
      await aborted.promise;
      return {};
    },
  });
  const socket = new WebSocket(fixture.server.url!);
  const failed = new Promise((resolve) => socket.onerror = resolve);
  await within(asked.promise, "authorize");
  socket.close();
  await failed;
  assertEquals(await within(aborted.promise, "the signal"), "The client has left");
  assertEquals(
    (await reportedStats(fixture.server, ({ refusedHandshakes }) => refusedHandshakes.left === 1)).clients,
    [],
  );
});

linuxTest("filters run in the producer, before a channel is advertised to a client", async () => {
  await using fixture = await startWorkers({
    capabilities: ["clientPublish"],
    channelFilter: ({ topic }, { identity }) => identity?.name === "admin" || topic !== "/secret",
    clientChannelFilter: ({ topic }) => topic === "/cmd",
    authorize: (request) => ({ name: new URL(request.url).pathname.slice(1) }),
  });
  const { server } = fixture;
  server.addChannels([ODOM, { ...ODOM, topic: "/secret" }]);
  await using admin = await FoxgloveClient.connect(`${server.url}/admin`);
  await using guest = await FoxgloveClient.connect(`${server.url}/guest`);
  await Promise.all([admin, guest].map((client) => client.waitForChannel(ODOM.topic)));
  server.addChannel({ ...ODOM, topic: "/later" });
  await Promise.all([admin, guest].map((client) => client.waitForChannel("/later")));
  const topics = [admin, guest].map(({ channels }) => [...channels.values()].map(({ topic }) => topic));
  assertEquals(topics, [[ODOM.topic, "/secret", "/later"], [ODOM.topic, "/later"]]);
  const statuses = new Queue<string>("a status");
  guest.addListener({ onStatus: (_client, { message }) => statuses.push(message) });
  guest.advertise({ topic: "/other", encoding: "json", schemaName: "Other" });
  assertEquals((await statuses.next()).includes("/other"), true);
});

linuxTest("maxClients counts the clients of all workers", async () => {
  await using fixture = await startWorkers({ maxClients: 5 });
  const { server } = fixture;
  for (let count = 0; count < 5; count++) await fixture.connect();
  using refused = await RawSocket.connect({ port: server.addr!.port });
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "10"]);
  assertEquals([server.clients.size, server.stats().refusedHandshakes.full], [5, 1]);
  assertEquals(new Set(server.clients.keys()).size, 5);
});

linuxTest(
  "maxClientsPerAddress counts the clients of all workers, and a client that leaves frees its slot",
  async () => {
    await using fixture = await startWorkers({ maxClientsPerAddress: 3 });
    const { server } = fixture;
    const clients = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
    {
      using refused = await RawSocket.connect({ port: server.addr!.port });
      assertEquals([refused.status, refused.body.includes("maxClientsPerAddress")], [503, true]);
    }
    await clients[1]!.close();
    while (server.clients.size === 3) await delay(1);
    await fixture.connect();
    assertEquals([server.clients.size, server.stats().limitHits.maxClientsPerAddress], [3, 1]);
  },
);

linuxTest("hooks about the first and the last subscriber count the clients of all workers", async () => {
  const calls = new Queue<string>("a hook");
  const hook = (name: string) => () => calls.push(name);
  await using fixture = await startWorkers({
    listener: {
      onSubscribe: hook("first"),
      onClientSubscribe: hook("one more"),
      onClientUnsubscribe: hook("one less"),
      onUnsubscribe: hook("last"),
    },
  });
  fixture.server.addChannel(ODOM);
  const [one, other] = await fixture.connectToEach();
  const subscription = one!.subscribe(ODOM.topic, { onMessage: () => {} });
  assertEquals([await calls.next(), await calls.next()], ["first", "one more"]);
  other!.subscribe(ODOM.topic, { onMessage: () => {} });
  assertEquals(await calls.next(), "one more");
  subscription.close();
  assertEquals(await calls.next(), "one less");
  await other!.close();
  assertEquals([await calls.next(), await calls.next()], ["one less", "last"]);
});

linuxTest("health checks, the status page and metrics are answered by the producer", async () => {
  await using fixture = await startWorkers();
  const { server } = fixture;
  await fixture.connectToEach();
  const ask = async (path: string) => {
    const response = await fetch(server.url!.replace("ws:", "http:") + path);
    return { status: response.status, text: await response.text() };
  };
  const paths = ["/healthz", "/readyz", "/", "/metrics", "/api/stats", "/other"];
  const answers = await Promise.all(paths.map(ask));
  assertEquals(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 426]);
  assertEquals(answers[2]!.text.includes("<!doctype html>"), true);
  assertEquals(JSON.parse(answers[4]!.text).clients.length, server.clients.size);
});

linuxTest("a client that sends without pause is disconnected, and the others are still served", async () => {
  await using fixture = await startWorkers({ maxMessagesPerSecond: 1000, [CLOCK]: STILL_CLOCK });
  const { server } = fixture;
  server.service("/echo", (request: object) => request);
  const client = await fixture.connect();
  await client.waitForService("/echo");
  using flooder = await RawSocket.connect({ port: server.addr!.port });
  const burst = new Uint8Array(700).map((_, index) => [0x81, 0x81, 0, 0, 0, 0, 0x78][index % 7] ?? 0);
  const flooded = (async () => {
    try {
      for (;;) await flooder.sendBytes(burst);
    } catch {
      return "ended";
    }
  })();
  while (server.clients.size > 1) await client.callService("/echo", "{}");
  await client.callService("/echo", "{}");
  assertEquals(await within(flooded, "the end of the flood", 30_000), "ended");
  assertEquals(server.stats().disconnections.excess, 1);
});
