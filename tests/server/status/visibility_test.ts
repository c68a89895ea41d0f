// Who may see the status page, the statistics and the metrics.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { RequestSource } from "../../../src/server/http/http_listener.ts";
import { originRule } from "../../../src/server/http/origins.ts";
import { type Visibility, type VisibilityOptions, visibilityRule } from "../../../src/server/status/visibility.ts";
import { bearerToken } from "../../../src/server/http/bearer_token.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { once, within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { TRANSPORT } from "../../support/transport.ts";
import { recordingLogger, startServer } from "../../support/test_server.ts";
import { ask, type Listening, statusOf } from "./fixture.ts";

const PATHS = ["/", "/api/stats", "/metrics"];
const TOKEN = "correct-horse-battery";

/** Where a request arrives. */
const SOURCES = {
  loopback: { isLoopback: true, isMounted: false },
  network: { isLoopback: false, isMounted: false },
  mounted: { isLoopback: false, isMounted: true },
  handleRequest: undefined,
} as const;

interface Row {
  options?: Partial<VisibilityOptions>;
  source?: keyof typeof SOURCES;
  host?: string;
  headers?: Record<string, string>;
  is: Visibility;
}

const authorize = () => ({});
const fallback = () => new Response();
const EXPLICIT = { path: "/status" };

const ROWS: Record<string, Row> = {
  "a server without options, on loopback": { is: "open" },
  "localhost": { host: "localhost:8765", is: "open" },
  "localhost in capitals, without a port": { host: "LOCALHOST", is: "open" },
  "a name below localhost": { host: "robot.localhost:8765", is: "open" },
  "another loopback address": { host: "127.9.9.9:8765", is: "open" },
  "the loopback address of IPv6": { host: "[::1]:8765", is: "open" },
  "the loopback address of IPv6, written in full": { host: "[0:0:0:0:0:0:0:1]", is: "open" },
  "a foreign name, which may point to this machine": { host: "evil.example:8765", is: "hidden" },
  "a foreign name that begins like a loopback name": { host: "localhost.evil.example", is: "hidden" },
  "a foreign name that begins like a loopback address": { host: "127.0.0.1.evil.example", is: "hidden" },
  "a local name, which any machine of the network may own": { host: "robot.local:8765", is: "hidden" },
  "the address of another machine": { host: "192.168.1.5:8765", is: "hidden" },
  "a host that is not valid": { host: "999.999.999.999", is: "hidden" },
  "Forwarded": { headers: { Forwarded: "for=192.0.2.7" }, is: "hidden" },
  "X-Forwarded-For": { headers: { "X-Forwarded-For": "192.0.2.7" }, is: "hidden" },
  "x-forwarded-proto in small letters": { headers: { "x-forwarded-proto": "https" }, is: "hidden" },
  "X-FORWARDED-HOST in capitals, and empty": { headers: { "X-FORWARDED-HOST": "" }, is: "hidden" },
  "X-Real-IP": { headers: { "X-Real-IP": "192.0.2.7" }, is: "hidden" },
  "Via": { headers: { Via: "1.1 proxy" }, is: "hidden" },
  "a header that only resembles that of a proxy": { headers: { "X-Forwarded": "x", "Forwarded-For": "x" }, is: "open" },
  "a listener for the network": { source: "network", is: "hidden" },
  "handleRequest()": { source: "handleRequest", is: "hidden" },
  "handleUpgrade()": { source: "mounted", is: "hidden" },
  "trustedProxies": { options: { trustedProxies: 1 }, is: "hidden" },
  "a Unix socket": { options: { path: "/run/ws.sock" }, source: "network", is: "hidden" },
  "fallback": { options: { fallback }, is: "hidden" },
  "statusPage: false": { options: { statusPage: false }, is: "hidden" },

  "authorize": { options: { authorize }, is: "guarded" },
  "authorize on the network": { options: { authorize }, source: "network", host: "192.168.1.5:8765", is: "guarded" },
  "authorize at a local name": { options: { authorize }, source: "network", host: "robot.local:8765", is: "guarded" },
  "authorize at a foreign name": { options: { authorize }, source: "network", host: "evil.example", is: "hidden" },
  "authorize at a foreign name that the program lists": {
    options: { authorize, allowsOrigin: originRule(["https://robot.example"]) },
    source: "network",
    host: "ROBOT.example",
    is: "guarded",
  },
  "authorize at a local name, on loopback": { options: { authorize }, host: "robot.local", is: "hidden" },
  "authorize behind a proxy": {
    options: { authorize, trustedProxies: 1 },
    headers: { "X-Forwarded-For": "192.0.2.7" },
    is: "guarded",
  },
  "authorize on a Unix socket": {
    options: { authorize, path: "/run/ws.sock" },
    source: "network",
    host: "localhost",
    is: "guarded",
  },
  "authorize and fallback": { options: { authorize, fallback }, is: "hidden" },
  "authorize and statusPage: false": { options: { authorize, statusPage: false }, is: "hidden" },
  "authorize and handleRequest()": { options: { authorize }, source: "handleRequest", is: "hidden" },
  "authorize and handleUpgrade()": { options: { authorize }, source: "mounted", is: "hidden" },

  "an explicit page": { options: { statusPage: EXPLICIT }, source: "network", host: "10.0.0.7", is: "open" },
  "an explicit page without a path": { options: { statusPage: {} }, source: "network", host: "robot", is: "open" },
  "an explicit page behind a proxy": {
    options: { statusPage: EXPLICIT, trustedProxies: 1 },
    headers: { Forwarded: "for=192.0.2.7" },
    is: "open",
  },
  "an explicit page and fallback": { options: { statusPage: EXPLICIT, fallback }, is: "open" },
  "an explicit page and handleRequest()": {
    options: { statusPage: EXPLICIT },
    source: "handleRequest",
    host: "robot.local",
    is: "open",
  },
  "an explicit page and authorize": { options: { statusPage: EXPLICIT, authorize }, source: "mounted", is: "guarded" },
  "an explicit page at a foreign name": { options: { statusPage: EXPLICIT }, host: "evil.example", is: "forbidden" },
  "an explicit page at a foreign name that the program lists, with its port": {
    options: { statusPage: EXPLICIT, allowsOrigin: originRule(["http://robot.example:8765"]) },
    source: "network",
    host: "robot.example:8765",
    is: "open",
  },
};

for (
  const [name, { options, source = "loopback", host = "127.0.0.1:8765", headers = {}, is }] of Object.entries(ROWS)
) {
  Deno.test(`the status page is ${is}: ${name}`, () => {
    const rule = visibilityRule({ trustedProxies: 0, allowsOrigin: originRule(), ...options });
    const request = new Request("http://127.0.0.1:8765/");
    request.headers.set("host", host);
    for (const [header, value] of Object.entries(headers)) request.headers.set(header, value);
    const from = SOURCES[source];
    assertEquals(rule(request, from && { ...from, tls: false, upgrade: () => undefined } satisfies RequestSource), is);
  });
}

Deno.test("FoxgloveServer shows the status page, the statistics and the metrics to this machine", async () => {
  await using server = await startServer();
  const answers = await Promise.all(PATHS.map((path) => ask(server, path)));
  assertEquals(answers.map(({ status, headers }) => [status, headers.get("content-type")]), [
    [200, "text/html; charset=utf-8"],
    [200, "application/json"],
    [200, "text/plain; version=0.0.4; charset=utf-8"],
  ]);
});

Deno.test("FoxgloveServer shows the status page on ::1", async () => {
  await using server = await startServer({ hostname: "::1" });
  const headers = [["Host", `[::1]:${server.addr!.port}`]] as const;
  for (const path of PATHS) assertEquals(await statusOf(server, path, { hostname: "[::1]", headers }), 200);
  const foreign = [["Host", "evil.example"]] as const;
  for (const path of PATHS) assertEquals(await statusOf(server, path, { hostname: "[::1]", headers: foreign }), 426);
});

Deno.test("FoxgloveServer answers hidden requests as without the page, whatever their method", async () => {
  await using server = await startServer();
  await using before = await startServer({ statusPage: false });
  const plain = async (server: FoxgloveServer, path: string, method: string) => {
    const response = await ask(server, path, { method, headers: [["Host", "evil.example"]] });
    response.headers.delete("date");
    return { ...response, headers: [...response.headers] };
  };
  for (const path of [...PATHS, "/other"]) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const answer = await plain(server, path, method);
      assertEquals(answer, await plain(before, path, method));
      assertEquals(answer.status, 426);
    }
  }
});

/** A server on all addresses, in a program of its own, because tests may listen only on loopback addresses. */
async function onNetwork(...args: string[]): Promise<Listening & AsyncDisposable> {
  const program = new Program(
    "--allow-net",
    new URL("./fixtures/on_network.ts", import.meta.url).href,
    TRANSPORT,
    ...args,
  );
  const port = Number(await program.line());
  const addr = { transport: "tcp", hostname: "0.0.0.0", port } as const;
  return { addr, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

Deno.test("FoxgloveServer shows no status page on an address of the network", async () => {
  await using server = await onNetwork();
  for (const path of PATHS) assertEquals(await statusOf(server, path), 426);
  assertEquals(await statusOf(server, "/healthz"), 200);
});

Deno.test("FoxgloveServer shows the status page on an address of the network to whom authorize identifies", async () => {
  await using server = await onNetwork(TOKEN);
  for (const path of PATHS) {
    assertEquals(await statusOf(server, path), 401);
    assertEquals(await statusOf(server, `${path}?token=${TOKEN}`, { headers: [["Host", "robot.local"]] }), 200);
    assertEquals(await statusOf(server, `${path}?token=${TOKEN}`, { headers: [["Host", "evil.example"]] }), 426);
  }
});

Deno.test("FoxgloveServer allows only GET and HEAD for the status page", async () => {
  await using server = await startServer();
  for (const path of PATHS) {
    const { status, headers } = await ask(server, path, { method: "POST", headers: [["Content-Length", "0"]] });
    assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
    const url = `http://127.0.0.1:${server.addr!.port}${path}`;
    const [get, head] = [await fetch(url), await fetch(url, { method: "HEAD" })];
    assertEquals([head.status, await head.text()], [200, ""]);
    const namesOf = (response: Response) => [...response.headers.keys()].filter((name) => name !== "content-length");
    assertEquals(namesOf(head).filter((name) => name !== "vary"), namesOf(get).filter((name) => name !== "vary"));
    await get.body?.cancel();
  }
});

Deno.test("FoxgloveServer ends the stream of a response of authorize that it does not send", async () => {
  const cancelled = Promise.withResolvers<void>();
  const authorize = () => new Response(new ReadableStream({ cancel: () => cancelled.resolve() }), { status: 401 });
  const server = new FoxgloveServer({ name: "robot", logger: false, statusPage: {}, authorize });
  const { status, body } = await server.handleRequest(new Request("http://localhost/metrics", { method: "HEAD" }));
  assertEquals([status, body], [401, null]);
  await within(cancelled.promise, "the end of the stream");
});

Deno.test("FoxgloveServer protects the status page and its data with headers", async () => {
  await using server = await startServer();
  for (const path of PATHS) {
    const { headers } = await ask(server, path);
    const policy = headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "default-src 'none'");
    assertStringIncludes(policy, "frame-ancestors 'none'");
    assertEquals(
      ["cache-control", "x-content-type-options", "referrer-policy", "x-frame-options", "cross-origin-resource-policy"]
        .map((name) => headers.get(name)),
      ["no-store", "nosniff", "no-referrer", "DENY", "same-origin"],
    );
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("FoxgloveServer shows the status page to whom authorize identifies", async () => {
  const { logger, lines } = recordingLogger();
  await using server = await startServer({ authorize: bearerToken(TOKEN), logger });
  for (const path of PATHS) {
    const refused = await ask(server, path);
    assertEquals([refused.status, refused.headers.get("www-authenticate")], [401, 'Bearer realm="foxglove"']);
    assertEquals(await statusOf(server, `${path}?token=${TOKEN}`), 200);
    assertEquals(await statusOf(server, path, { headers: [["Authorization", `Bearer ${TOKEN}`]] }), 200);
    assertEquals(await statusOf(server, path, { headers: [["Authorization", "Bearer wrong-horse-battery"]] }), 401);
    assertEquals(await statusOf(server, `${path}?token=${TOKEN}`, { headers: [["Host", "evil.example"]] }), 426);
  }
  for (const path of ["/healthz", "/readyz"]) assertEquals(await statusOf(server, path), 200);
  assertEquals(lines.filter((line) => line.includes(TOKEN)), []);
  assertEquals(lines.filter((line) => line.startsWith("warn")).length, 1);
  // These requests are not handshakes.
  assertEquals(server.stats().refusedHandshakes.unauthorized, 0);
});

Deno.test("FoxgloveServer answers a request for the status page with 500 if authorize fails, and tells nothing", async () => {
  const { logger, lines } = recordingLogger();
  await using server = await startServer({
    authorize: () => {
      throw new Error("secret");
    },
    logger,
  });
  for (const path of PATHS) {
    const { status, body } = await ask(server, path);
    assertEquals([status, body.includes("secret")], [500, false]);
  }
  assertEquals([lines.some((line) => line.includes("secret")), server.stats().hookErrors.authorize], [true, 3]);
});

Deno.test("FoxgloveServer keeps the paths of the fallback, and takes only those of an explicit page", async () => {
  const fallback = (request: Request) => new Response(`page ${new URL(request.url).pathname}`);
  await using implicit = await startServer({ fallback });
  for (const path of PATHS) assertEquals((await ask(implicit, path)).body, `page ${path}`);
  await using explicit = await startServer({ fallback, statusPage: { path: "/status" } });
  for (const path of [...PATHS, "/statusx", "/status/x", "/status/api"]) {
    assertEquals((await ask(explicit, path)).body, `page ${path}`);
  }
  for (const path of ["/status/", "/status/metrics", "/status/api/stats"]) {
    const { status, body } = await ask(explicit, path);
    assertEquals([status, body.startsWith("page ")], [200, false]);
  }
});

Deno.test("FoxgloveServer explains why an explicit page is not shown at a foreign name", async () => {
  await using server = await startServer({ statusPage: {} });
  const { status, body } = await ask(server, "/metrics", { headers: [["Host", "evil.example"]] });
  assertEquals(status, 403);
  assertStringIncludes(body, '"evil.example": the option "allowedOrigins" does not list it');
});

Deno.test("FoxgloveServer.handleRequest() shows only an explicit status page", async () => {
  const statuses = async (server: FoxgloveServer, paths: readonly string[]) => {
    const answers = paths.map((path) => server.handleRequest(new Request(`http://localhost${path}`)));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  assertEquals(await statuses(new FoxgloveServer({ name: "robot" }), PATHS), [426, 426, 426]);
  const guarded = new FoxgloveServer({ name: "robot", authorize: () => ({}) });
  assertEquals(await statuses(guarded, PATHS), [426, 426, 426]);
  const explicit = new FoxgloveServer({ name: "robot", statusPage: { path: "/robot/" } });
  assertEquals(await statuses(explicit, ["/robot/", "/robot/api/stats", "/robot/metrics"]), [200, 200, 200]);
  assertEquals(await statuses(explicit, PATHS), [426, 426, 426]);
});

Deno.test("FoxgloveServer answers a handshake at the path of the status page", async () => {
  await using server = await startServer();
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr!.port}/metrics`, ["foxglove.sdk.v1"]);
  await once(socket, "open");
  const closed = once(socket, "close");
  socket.close();
  await closed;
});
