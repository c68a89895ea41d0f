// `authorize`, over real handshakes: which clients may connect, and who learns of its failures.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { CLOCK } from "../../../src/clock.ts";
import type { Authorize, AuthorizeInfo } from "../../../src/server/http/authorizer.ts";
import type { Identity } from "../../../src/server/identity.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { countDescriptors, untilDescriptors } from "../../support/descriptors.ts";
import { once, Queue, within } from "../../support/events.ts";
import { recordingLogger, sendHandshake, startServer } from "../../support/test_server.ts";
import { Program } from "../../support/program.ts";
import { handshake, RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { TRANSPORT } from "../../support/transport.ts";

for (const how of ["at once", "later"]) {
  Deno.test(`authorize returns an identity ${how}: hooks, filters and the log get it`, async () => {
    const { logger, lines } = recordingLogger();
    const connected = new Queue<unknown>("onClientConnect");
    const asked: unknown[] = [];
    const identity: Identity = { name: "operator" };
    await using server = await startServer({
      logger,
      authorize: () => how === "at once" ? identity : Promise.resolve(identity),
      channelFilter: (_channel, client) => asked.push(client.identity) > 0,
      listener: { onClientConnect: (_server, { client }) => connected.push(client.identity) },
    });
    server.addChannel({ topic: "/odom", encoding: "json" });
    assertEquals(await sendHandshake(server, ["foxglove.sdk.v1"]), {
      status: 101,
      subprotocol: "foxglove.sdk.v1",
      body: "",
    });
    assertEquals(await connected.next(), { name: "operator" });
    assertEquals(asked, [{ name: "operator" }]);
    assertEquals(lines.includes('info: Client 1 connected from 127.0.0.1 as "operator" (foxglove.sdk.v1)'), true);
  });
}

Deno.test("authorize limits the rights of a client from its first message", async () => {
  await using server = await startServer({ authorize: () => ({ rights: { topics: ["/odom"] } }) });
  server.addChannels(["/odom", "/secret"].map((topic) => ({ topic, encoding: "json" })));
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  const text = async () => new TextDecoder().decode((await within(socket.readFrame(), "a frame"))?.payload);
  assertEquals(JSON.parse(await text()).op, "serverInfo");
  assertEquals(JSON.parse(await text()).channels.map(({ topic }: { topic: string }) => topic), ["/odom"]);
});

Deno.test("authorize gets headers, query and address", async () => {
  const shown: unknown[] = [];
  await using server = await startServer({
    authorize(request, { address, remoteAddr, tls }) {
      const { searchParams } = new URL(request.url);
      const port = remoteAddr && "port" in remoteAddr ? remoteAddr.port : undefined;
      shown.push(request.headers.get("cookie"), searchParams.get("who"), address === `127.0.0.1:${port}`, tls);
      return {};
    },
  });
  assertEquals((await sendHandshake(server, [], { path: "/?who=me", headers: [["Cookie", "a=b"]] })).status, 101);
  assertEquals(shown, ["a=b", "me", true, false]);
});

Deno.test("authorize gets whether the connection uses TLS", async () => {
  const { cert, key } = await selfSignedCertificate();
  const received = new Queue<boolean>("authorize");
  const authorize: Authorize = (_request, { tls }) => {
    received.push(tls);
    return {};
  };
  await using server = await startServer({ cert, key, authorize });
  using client = Deno.createHttpClient({ caCerts: [cert] });
  const socket = new WebSocket(`wss://localhost:${server.addr?.port}`, { client } as WebSocketOptions);
  await once(socket, "open");
  assertEquals(await received.next(), true);
  const closed = once(socket, "close");
  socket.close();
  await closed;
});

Deno.test("authorize does not trust a request that claims TLS", async () => {
  const { cert, key } = await selfSignedCertificate();
  const received: boolean[] = [];
  const authorize: Authorize = (_request, { tls }) => (received.push(tls), {});
  await using plain = await startServer({ authorize });
  await using secure = await startServer({ cert, key, authorize });
  const target = (scheme: string) => ({ path: `${scheme}://robot/`, headers: [["Host", "robot"]] as const });
  assertEquals((await sendHandshake(plain, [], target("https"))).status, 101);
  using conn = await Deno.connectTls({ hostname: "localhost", port: secure.addr?.port ?? 0, caCerts: [cert] });
  await conn.write(new TextEncoder().encode(handshake({ port: 0, ...target("http") })));
  await within(conn.read(new Uint8Array(1024)), "the response");
  assertEquals(received, [false, true]);
});

Deno.test("authorize returns a Response: the client gets it, and the log reports the rejection without it", async () => {
  const { logger, lines } = recordingLogger();
  const headers = { "www-authenticate": "Bearer" };
  await using server = await startServer({
    logger,
    authorize: () => new Response("who are you?", { status: 401, headers }),
  });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, path: "/?token=secret" });
  assertEquals([socket.status, socket.body], [401, "who are you?"]);
  assertEquals(socket.headers.get("www-authenticate"), "Bearer");
  assertEquals(lines.filter((line) => !line.startsWith("info: ")), [
    'warn: Rejected a client from 127.0.0.1: "authorize" answered with 401',
  ]);
  assertEquals(server.clients.size, 0);
});

/** A user as a program may represent it. */
class User {
  get rights(): Identity["rights"] {
    return new (class {
      get topics() {
        return [];
      }
    })();
  }
}

for (
  const [what, authorize, why] of [
    ["throws", () => {
      throw new Error("db at 10.0.0.7 is down");
    }, "Error: db at 10.0.0.7 is down"],
    ["rejects", () => Promise.reject(new Error("no db")), "Error: no db"],
    [
      "returns nothing",
      () => {},
      'TypeError: Cannot identify a client: "authorize" returned neither an identity nor a Response',
    ],
    [
      "returns true",
      () => true,
      'TypeError: Cannot identify a client: "authorize" returned neither an identity nor a Response',
    ],
    [
      "misspells a member",
      () => ({ readonly: true }),
      'TypeError: Cannot identify a client: unknown member "readonly"',
    ],
    [
      "misspells a right",
      () => ({ rights: { topcis: [] } }),
      'TypeError: Cannot limit a client\'s rights: unknown member "topcis"',
    ],
    [
      "returns an error",
      () => new Error("denied"),
      "TypeError: Cannot identify a client: not a plain object",
    ],
    ["returns an array", () => [], "TypeError: Cannot identify a client: not a plain object"],
    ["returns a Map", () => new Map(), "TypeError: Cannot identify a client: not a plain object"],
    [
      "returns an instance of a class",
      () => new User(),
      "TypeError: Cannot identify a client: not a plain object",
    ],
    [
      "returns an undefined name",
      () => ({ name: undefined }),
      'TypeError: Cannot identify a client: "name" is undefined',
    ],
    [
      "returns undefined rights",
      () => ({ rights: undefined }),
      'TypeError: Cannot identify a client: "rights" is undefined',
    ],
    [
      "returns a Map for rights",
      () => ({ rights: new Map([["topics", []]]) }),
      "TypeError: Cannot limit a client's rights: not a plain object",
    ],
    [
      "returns an instance for rights",
      () => ({ rights: new User().rights }),
      "TypeError: Cannot limit a client's rights: not a plain object",
    ],
    [
      "returns a limit that is undefined",
      () => ({ rights: { topics: undefined } }),
      'TypeError: Cannot limit a client\'s rights: "topics" is undefined',
    ],
    [
      "returns a name that is not text",
      () => ({ name: 5 }),
      'TypeError: Cannot identify a client: "name" is a number, not text',
    ],
  ] as [string, () => unknown, string][]
) {
  Deno.test(`authorize ${what}: the client is rejected, and only the log gives the reason`, async () => {
    const { logger, lines } = recordingLogger();
    await using server = await startServer({ logger, authorize: authorize as Authorize });
    const body = "The server failed to authorize this client\n";
    assertEquals(await sendHandshake(server, ["foxglove.sdk.v1"]), { status: 500, subprotocol: null, body });
    assertEquals(lines.filter((line) => line.startsWith("error: ")), [`error: Option "authorize" failed ${why}`]);
    assertEquals(server.clients.size, 0);
  });
}

Deno.test("authorize is not called for a handshake that is rejected anyway", async () => {
  let asked = 0;
  await using server = await startServer({ authorize: () => ({ name: `${asked++}` }) });
  assertEquals((await sendHandshake(server, ["mqtt"])).status, 400);
  assertEquals((await sendHandshake(server, [], { headers: [["Origin", "https://evil.example"]] })).status, 403);
  assertEquals(asked, 0);
});

Deno.test("authorize times out after handshakeTimeoutMs", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const asked = new Queue<AuthorizeInfo>("authorize");
  await using server = await startServer({
    logger,
    handshakeTimeoutMs: 300,
    [CLOCK]: clock,
    authorize: (_request, info) => (asked.push(info), new Promise(() => {})),
  });
  const answer = sendHandshake(server, ["foxglove.sdk.v1"]);
  const { signal } = await asked.next();
  clock.advance(299);
  assertEquals(signal.aborted, false);
  clock.advance(1);
  const body = "The server timed out while authorizing this client\n";
  assertEquals(await within(answer, "the rejection"), { status: 503, subprotocol: null, body });
  assertEquals(signal.aborted, true);
  // With "direct", the connection has timers of its own.
  if (TRANSPORT === "native") assertEquals(clock.pendingTimers, 0);
  const failed = 'error: Option "authorize" failed TimeoutError: no answer within 300 ms';
  assertEquals(lines.filter((line) => line.startsWith("error: ")), [failed]);
});

for (const when of ["before", "after"]) {
  Deno.test(`authorize returns just ${when} the server begins to close: the client is rejected`, async () => {
    const { logger, lines } = recordingLogger();
    const asked = new Queue<AuthorizeInfo>("authorize");
    const identified = Promise.withResolvers<Identity>();
    const server = await startServer({ logger, authorize: (_request, info) => (asked.push(info), identified.promise) });
    const answer = sendHandshake(server, []);
    const { signal } = await asked.next();
    if (when === "before") identified.resolve({});
    const closed = server.close();
    identified.resolve({});
    assertEquals(await within(answer, "the rejection"), {
      status: 503,
      subprotocol: null,
      body: "The server is closing\n",
    });
    await within(closed, "the end");
    assertEquals(signal.aborted, true);
    assertEquals(lines.filter((line) => line.startsWith("error: ")), []);
  });
}

Deno.test("authorize runs while its client disconnects: other clients are not affected", async () => {
  const fixture = new URL("../fixtures/past_hasty_client.ts", import.meta.url).href;
  await using program = new Program("--allow-net=127.0.0.1", fixture, TRANSPORT);
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines], [0, ["/patient connected", "closed"]]);
  // Deno.serve writes this note once, about the signal by which the server notices a disconnected client.
  const notes = TRANSPORT === "native" ? ["Deno.serve: request.signal"] : [];
  assertEquals(stderr.split("\n").map((line) => line.split(" ").slice(0, 2).join(" ")), [...notes, ""]);
});

Deno.test("authorize runs while clients disconnect: its signal aborts, and neither slots nor descriptors leak", async () => {
  const { logger, lines } = recordingLogger();
  const asked = new Queue<AuthorizeInfo>("authorize");
  const identified = Promise.withResolvers<Identity>();
  await using server = await startServer({
    logger,
    maxClients: 1,
    handshakeTimeoutMs: 0,
    authorize: (_request, info) => (asked.push(info), identified.promise),
  });
  const { port = 0 } = server.addr ?? {};
  let descriptors = 0;
  for (let client = 0; client < 21; client++) {
    // The descriptors that Deno opens for the first client stay open.
    if (client === 1) descriptors = countDescriptors(Deno.pid);
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(new TextEncoder().encode(handshake({ port })));
    // The server would not call authorize if the previous client still had the only slot.
    const { signal } = await asked.next();
    const aborted = once(signal, "abort");
    conn.close();
    await aborted;
    assertEquals(String(signal.reason), "AbortError: The client has left");
  }
  identified.resolve({});
  using next = await RawSocket.connect({ port });
  assertEquals(next.status, 101);
  next.close();
  await within(untilDescriptors(Deno.pid, descriptors), "the descriptors of the disconnected clients");
  assertEquals(lines.filter((line) => /^(error|warn)/.test(line)), []);
});

for (const how of ["resolves", "rejects"]) {
  Deno.test(`authorize ${how} because its client disconnected: the server opens no WebSocket and logs no error`, async () => {
    const { logger, lines } = recordingLogger();
    const gone = new AbortController();
    const headers = new Headers({
      "upgrade": "websocket",
      "connection": "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    });
    const request = new Request("http://localhost/", { headers, signal: gone.signal });
    let asked = 0;
    await using server = new FoxgloveServer({
      name: "test",
      logger,
      authorize: (_request, { signal }) => {
        asked += 1;
        return new Promise<Identity>((resolve, reject) =>
          signal.addEventListener("abort", () => how === "resolves" ? resolve({}) : reject(signal.reason))
        );
      },
    });
    const answer = server.handleRequest(request);
    gone.abort();
    assertEquals((await answer).status, 499);
    // The server does not call authorize for a client that has already disconnected.
    assertEquals((await server.handleRequest(request)).status, 499);
    assertEquals([asked, lines.filter((line) => !line.startsWith("debug: "))], [1, []]);
  });
}

Deno.test("FoxgloveServer rejects an authorize that is not a function, and an invalid timeout", () => {
  const rejects = (options: Record<string, unknown>, error: ErrorConstructor, text: string) =>
    assertThrows(() => new FoxgloveServer({ name: "x", ...options }), error, text);
  rejects({ authorize: "secret" }, TypeError, '"authorize" is not a function');
  rejects({ handshakeTimeoutMs: -1 }, RangeError, '"handshakeTimeoutMs" is -1');
  rejects({ handshakeTimeoutMs: Infinity }, RangeError, '"handshakeTimeoutMs" is Infinity');
});
