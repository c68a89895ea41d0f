// FoxgloveServer.stats(): why handshakes do not lead to a client.

import { assertEquals } from "@std/assert/equals";
import { CLOCK } from "../../../src/clock.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import type { HandshakeRefusal } from "../../../src/server/stats/server_stats.ts";
import { NO_REFUSALS } from "../../../src/server/stats/zeros.ts";
import { settled } from "../../support/conversation.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";
import { TestClock } from "../../support/test_clock.ts";

interface Fixture {
  server: FoxgloveServer;
  clock: TestClock;
  /** Sends a handshake that is valid except for these headers, and returns the status of the response. */
  knock: (headers?: Record<string, string>, path?: string, init?: RequestInit) => Promise<number>;
}

function fixture(options: Partial<FoxgloveServerOptions> = {}): Fixture {
  const clock = new TestClock();
  const server = new FoxgloveServer({ name: "test", logger: false, ...options, ...{ [CLOCK]: clock } });
  const knock = async (headers: Record<string, string> = {}, path = "/", init: RequestInit = {}) => {
    const request = new Request(`http://127.0.0.1${path}`, {
      headers: {
        upgrade: "websocket",
        connection: "Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        ...headers,
      },
      ...init,
    });
    return (await server.handleRequest(request)).status;
  };
  return { server, clock, knock };
}

/** Asserts that these handshakes were rejected, and no others. */
function assertRefused(server: FoxgloveServer, refused: Partial<Record<HandshakeRefusal, number>>): void {
  assertEquals(server.stats().refusedHandshakes, { ...NO_REFUSALS, ...refused });
  assertEquals(Object.values(server.stats().connections), [0, 0, 0, 0]);
}

Deno.test("FoxgloveServer.stats() counts handshakes that are not valid", async () => {
  const { server, knock } = fixture({ allowedPaths: ["/ws"], requireSubprotocol: true });
  const statuses = [
    await knock({}, "/other"),
    await knock({ origin: "https://evil.example" }, "/ws"),
    await knock({ connection: "close" }, "/ws"),
    await knock({ upgrade: "websocket, h2c" }, "/ws"),
    await knock({ "sec-websocket-version": "8" }, "/ws"),
    await knock({ "sec-websocket-key": "short" }, "/ws"),
    await knock({ host: "no host" }, "/ws"),
    await knock({ "sec-websocket-protocol": "mqtt" }, "/ws"),
    await knock({}, "/ws"),
  ];
  assertEquals(statuses, [404, 403, 400, 400, 426, 400, 400, 400, 400]);
  assertRefused(server, { path: 1, origin: 1, malformed: 5, subprotocol: 2 });
});

Deno.test("FoxgloveServer.stats() does not count requests that are not handshakes", async () => {
  const { server, knock } = fixture();
  assertEquals([await knock({ upgrade: "" }), await knock({ upgrade: "", host: "no host" })], [426, 400]);
  assertRefused(server, {});
});

Deno.test("FoxgloveServer.stats() counts handshakes that find the server full, and the limits", async () => {
  const { server, knock } = fixture({ maxClients: 2, maxClientsPerAddress: 1 });
  const peer = (hostname: string) => ({ remoteAddr: { transport: "tcp", hostname, port: 1 } as const });
  server.acceptSocket(new FakeServerSocket(), peer("192.0.2.1"));
  server.acceptSocket(new FakeServerSocket(), peer("192.0.2.1"));
  server.acceptSocket(new FakeServerSocket(), peer("192.0.2.2"));
  server.acceptSocket(new FakeServerSocket(), peer("192.0.2.3"));
  assertEquals(await knock(), 503);
  const { connections, refusedHandshakes, limitHits } = server.stats();
  assertEquals(connections.none, 2);
  assertEquals(refusedHandshakes, { ...NO_REFUSALS, full: 2, addressFull: 1 });
  assertEquals([limitHits.maxClients, limitHits.maxClientsPerAddress], [2, 1]);
});

Deno.test("FoxgloveServer.stats() counts clients that authorize rejects, and its failures", async () => {
  const answers: (() => unknown)[] = [
    () => new Response(null, { status: 401 }),
    () => Response.redirect("http://127.0.0.1/login"),
    () => "not an identity",
    () => {
      throw new Error("no database");
    },
  ];
  const { server, knock } = fixture({ authorize: () => answers.shift()?.() as never });
  assertEquals([await knock(), await knock(), await knock(), await knock()], [401, 302, 500, 500]);
  assertRefused(server, { unauthorized: 2, failed: 2 });
  assertEquals(server.stats().hookErrors.authorize, 2);
});

Deno.test("FoxgloveServer.stats() counts clients for which authorize is too slow, and clients that leave meanwhile", async () => {
  const left = new AbortController();
  const { server, clock, knock } = fixture({ authorize: () => new Promise(() => {}), handshakeTimeoutMs: 500 });
  const late = knock();
  clock.advance(500);
  const leaves = knock({}, "/", { signal: left.signal });
  left.abort();
  assertEquals([await late, await leaves], [503, 499]);
  assertRefused(server, { timeout: 1, left: 1 });
  assertEquals(server.stats().hookErrors.authorize, 1);
});

Deno.test("FoxgloveServer.stats() counts sockets that close or do not open in time", () => {
  const { server, clock } = fixture({ handshakeTimeoutMs: 500 });
  const opening = () => {
    const socket = new FakeServerSocket();
    socket.readyState = WebSocket.CONNECTING;
    server.acceptSocket(socket);
    return socket;
  };
  const [late, leaving] = [opening(), opening()];
  leaving.emit("close");
  leaving.emit("close");
  clock.advance(500);
  late.emit("close");
  assertRefused(server, { timeout: 1, left: 1 });
});

Deno.test("FoxgloveServer.stats() counts handshakes while the server closes", async () => {
  const { server, knock, clock } = fixture({ authorize: () => new Promise(() => {}) });
  const pending = knock();
  const opening = new FakeServerSocket();
  opening.readyState = WebSocket.CONNECTING;
  server.acceptSocket(opening, { identity: {} });
  const closed = server.close({ graceMs: 0 });
  const late = knock();
  server.acceptSocket(new FakeServerSocket(), { identity: {} });
  opening.emit("close");
  assertEquals([await pending, await late], [503, 503]);
  assertRefused(server, { shutdown: 4 });
  while (clock.pendingTimers > 0) {
    clock.advance(0);
    await settled();
  }
  await closed;
});
