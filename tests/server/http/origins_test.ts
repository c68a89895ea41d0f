// Allowed origins: which web pages may connect, by the rule alone and over real handshakes.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { CLOCK } from "../../../src/clock.ts";
import { originRule } from "../../../src/server/http/origins.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { FakeServe } from "../../support/fake_serve.ts";
import { type HandshakeResponse, recordingLogger, sendHandshake, startServer } from "../../support/test_server.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";

/** Sends a handshake with this origin, and optionally this host. Returns the response. */
function from(server: FoxgloveServer, origin: string, host?: string): Promise<HandshakeResponse> {
  return sendHandshake(server, [], {
    headers: [["Origin", origin], ...(host === undefined ? [] : [["Host", host] as const])],
  });
}

for (
  const [origin, host, isAllowed] of [
    ["http://localhost:8080", "127.0.0.1:8765", true],
    ["https://localhost", "robot.local:8765", true],
    ["http://app.localhost:3000", "localhost:8765", true],
    ["http://127.0.0.1:3000", "localhost:8765", true],
    ["http://127.9.8.7", "localhost:8765", true],
    ["http://[::1]:3000", "localhost:8765", true],
    ["http://192.168.1.5:8765", "192.168.1.5:8765", true],
    ["http://192.168.1.5", "192.168.1.5:8765", true],
    ["https://[fd00::5]:8443", "[fd00::5]:8765", true],
    ["http://robot.local:8080", "robot.local:8765", true],
    ["http://robot", "ROBOT:8765", true],
    ["http://robot.local:8080", "other.local:8765", false],
    ["http://local.evil.example", "local.evil.example:8765", false],
    ["http://evil-local", "robot:8765", false],
    ["file://", "localhost:8765", true],
    ["https://app.foxglove.dev", "localhost:8765", true],
    ["http://192.168.1.6:8765", "192.168.1.5:8765", false],
    ["http://192.168.1.5", null, false],
    ["http://evil.example:8765", "evil.example:8765", false],
    ["http://localhost.evil.example", "localhost:8765", false],
    ["http://evillocalhost", "localhost:8765", false],
    ["http://127.0.0.1.evil.example", "127.0.0.1:8765", false],
    ["http://app.foxglove.dev", "localhost:8765", false],
    ["https://app.foxglove.dev:8443", "localhost:8765", false],
    ["https://app.foxglove.dev.evil.example", "localhost:8765", false],
    ["app://localhost", "localhost:8765", false],
    ["null", "localhost:8765", false],
    ["null", "null", false],
    ["", "", false],
    ["http://localhost, http://evil.example", "localhost:8765", false],
  ] as const
) {
  Deno.test(`H08 originRule() by default, "${origin}" to ${host}: ${isAllowed ? "accepted" : "rejected"}`, () => {
    assertEquals(originRule()(origin, host, false), isAllowed);
  });
}

for (
  const [origin, host, isAllowed] of [
    ["http://robot:8080", "robot:8765", false],
    ["http://robot.local:8080", "robot.local:8765", false],
    ["http://robot.lan", "robot.lan:8765", false],
    ["https://robot.internal", "robot.internal:8765", false],
    ["http://robot.home.arpa", "robot.home.arpa:8765", false],
    ["http://localhost:8080", "localhost:8765", true],
    ["http://app.localhost:8080", "app.localhost:8765", true],
    ["http://127.0.0.1:8080", "127.0.0.1:8765", true],
    ["http://[::1]:8080", "[::1]:8765", true],
    ["http://192.168.1.5:8080", "192.168.1.5:8765", true],
  ] as const
) {
  Deno.test(`H08 originRule() behind a loopback address: "${origin}" is ${isAllowed ? "the" : "not the"} same host as ${host}`, () => {
    assertEquals(originRule(["same-host"])(origin, host, true), isAllowed);
  });
}

Deno.test("H08 originRule() with a list replaces the default", () => {
  const rule = originRule(["https://*.example:8443", "app://lichtblick", "null"]);
  const allowed = ["https://a.example:8443", "https://a.b.example:8443", "app://lichtblick", "null"];
  assertEquals(allowed.filter((origin) => !rule(origin, null, false)), []);
  const rejected = [
    "https://example:8443",
    "https://.example:8443",
    "https://a.example",
    "http://a.example:8443",
    "https://evil.example:8443.evil",
    "https://app.foxglove.dev",
    "http://localhost",
    "file://",
  ];
  assertEquals(rejected.filter((origin) => rule(origin, null, false)), []);
});

Deno.test('H08 originRule() allows any page for "*", and none for an empty list', () => {
  assertEquals(originRule(["*"])("https://evil.example", null, true), true);
  assertEquals(originRule([])("http://localhost", "localhost", false), false);
});

Deno.test("FoxgloveServer rejects allowedOrigins that are not origins", () => {
  const rejects = (allowedOrigins: unknown, text: string) =>
    assertThrows(() => new FoxgloveServer({ name: "x", allowedOrigins: allowedOrigins as string[] }), TypeError, text);
  rejects("*", '"allowedOrigins" is a string, not an array');
  rejects([5], 'an entry of "allowedOrigins" is a number, not text');
  rejects(
    ["https://x.example/"],
    '"https://x.example/" in "allowedOrigins" is not an origin; use "https://x.example"',
  );
  rejects(["https://X.example"], 'use "https://x.example"');
  rejects(["http://x.example:80"], 'use "http://x.example"');
  rejects(["x.example"], '"x.example" in "allowedOrigins" is not an origin');
  rejects(["https://*.x.example/a"], "is not an origin");
  rejects(["https://a.*.example"], "is not an origin");
  rejects(["localhost"], "is not an origin");
  rejects([""], "is not an origin");
});

Deno.test("H08 FoxgloveServer reports the reason to a rejected page each time, and to the log once", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using server = await startServer({ logger, [CLOCK]: clock });
  const warnings = () => lines.filter((line) => line.startsWith("warn: "));
  const why =
    `Pages of origin "https://evil.example" may not connect: the server's option "allowedOrigins" does not list it`;
  for (let times = 0; times < 3; times++) {
    assertEquals(await from(server, "https://evil.example"), { status: 403, subprotocol: null, body: `${why}\n` });
  }
  assertEquals(warnings(), [`warn: Rejected a client from 127.0.0.1: ${why}`]);
  clock.advance(10_000);
  await from(server, "https://evil.example");
  assertStringIncludes(warnings()[1] ?? "", "list it (and 2 other clients since the last such line)");
  assertEquals(server.clients.size, 0);
});

Deno.test("H08 FoxgloveServer does not treat a name that resolves to it (DNS rebinding) as the same host", async () => {
  await using server = await startServer();
  const port = server.addr?.port;
  assertEquals((await from(server, `http://evil.example:${port}`, `evil.example:${port}`)).status, 403);
  assertEquals((await from(server, `http://192.0.2.7:${port}`, `192.0.2.7:${port}`)).status, 101);
});

Deno.test("H08 FoxgloveServer does not treat a local name as the same host on a loopback listener without a proxy", async () => {
  const { logger, lines } = recordingLogger();
  await using own = await startServer({ logger });
  await using proxied = await startServer({ trustedProxies: 1 });
  await using guest = new FoxgloveServer({ name: "guest" });
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => guest.handleRequest(request, info),
  );
  const ask = async (port: number | undefined) => {
    const headers = [["Host", "robot.local:8765"], ["Origin", "http://robot.local:8080"]] as const;
    using socket = await RawSocket.connect({ port: port ?? 0, headers });
    using preflight = await RawSocket.connect({
      port: port ?? 0,
      method: "OPTIONS",
      headers: [...headers, ["Access-Control-Request-Private-Network", "true"]],
      omit: ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"],
    });
    return [socket.status, preflight.status];
  };
  assertEquals(await ask(own.addr?.port), [403, 403]);
  assertEquals(await ask(proxied.addr?.port), [101, 204]);
  assertEquals(await ask(http.addr.port), [101, 204]);
  assertEquals(lines.filter((line) => line.startsWith("warn: ")), [
    `warn: Rejected a client from 127.0.0.1: Pages of origin "http://robot.local:8080" may not connect: the server's option ` +
    `"allowedOrigins" does not list it`,
  ]);
  // The name can be listed.
  await using listed = await startServer({ allowedOrigins: ["http://robot.local:8080"] });
  assertEquals(await ask(listed.addr?.port), [101, 204]);
});

for (
  const [hostname, isLoopback] of [
    ["127.0.0.1", true],
    ["127.1.2.3", true],
    ["localhost", true],
    ["::1", true],
    ["[::1]", true],
    ["0:0:0:0:0:0:0:1", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.1.5", false],
    // The address may be a loopback address, but pages may have this name.
    ["robot", false],
    ["127.0.0.1.example", false],
  ] as const
) {
  Deno.test(`H08 start() on "${hostname}": local names ${isLoopback ? "do not count" : "count"} as the same host`, async () => {
    using serve = new FakeServe();
    const clock = new TestClock();
    await using server = new FoxgloveServer({ name: "test", hostname, ...{ [CLOCK]: clock } });
    await server.start();
    const ask = async () => {
      const { handler, addr } = serve.http;
      const headers = {
        "host": "robot.local",
        "origin": "http://robot.local",
        "access-control-request-private-network": "true",
      };
      const request = new Request("http://robot.local/", { method: "OPTIONS", headers });
      const response = await handler(request, { remoteAddr: addr, completed: Promise.resolve() });
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await ask(), isLoopback ? 403 : 204);
    await serve.http.fails();
    clock.advance(100);
    assertEquals([serve.https.length, await ask()], [2, isLoopback ? 403 : 204]);
  });
}

Deno.test("H08 FoxgloveServer recognizes a page of the same host by the URL over HTTP/2, which has no Host", async () => {
  const pair = await selfSignedCertificate();
  // Only this transport speaks HTTP/2.
  await using server = await startServer({ ...pair, allowedOrigins: ["same-host"], transport: "native" });
  using client = Deno.createHttpClient({ caCerts: [pair.cert], http1: false });
  const ask = async (origin: string) => {
    const headers = { origin, "access-control-request-private-network": "true" };
    const response = await fetch(`https://127.0.0.1:${server.addr?.port}/`, { method: "OPTIONS", headers, client });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await ask("https://127.0.0.1:8443"), await ask("https://192.168.1.5")], [204, 403]);
});

Deno.test("H08 FoxgloveServer answers the preflight requests of browsers for access to private networks", async () => {
  await using server = await startServer({ statusPage: false });
  const ask = async (origin: string, more: readonly (readonly [string, string])[] = []) => {
    const headers = [["Origin", origin], ["Access-Control-Request-Method", "GET"], ...more] as const;
    const omit = ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"];
    using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, method: "OPTIONS", headers, omit });
    const names = ["access-control-allow-origin", "access-control-allow-private-network", "vary"];
    return [socket.status, ...names.map((name) => socket.headers.get(name))];
  };
  const asked = [["Access-Control-Request-Private-Network", "true"]] as const;
  const foxglove = "https://app.foxglove.dev";
  assertEquals(await ask(foxglove, asked), [204, foxglove, "true", "Origin"]);
  assertEquals((await ask("https://evil.example", asked)).slice(0, 3), [403, null, null]);
  // Other preflight requests are for the fallback.
  assertEquals((await ask(foxglove)).slice(0, 2), [426, null]);
});
