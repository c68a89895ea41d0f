// Health checks: what supervisors get over the port of the server.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { HealthPaths } from "../../../src/server/http/health.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { Queue, within } from "../../support/events.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TRANSPORT_OPTIONS } from "../../support/transport.ts";

async function started(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  const server = new FoxgloveServer({ name: "test", port: 0, ...TRANSPORT_OPTIONS, ...options });
  await server.start();
  return server;
}

/** Returns status and text of a response. */
async function answer(server: FoxgloveServer, path: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = server.addr
    ? await fetch(`http://127.0.0.1:${server.addr.port}${path}`, init)
    : await server.handleRequest(new Request(`http://localhost${path}`, init));
  return [response.status, await response.text()];
}

Deno.test("healthPaths answer 200 at /healthz and /readyz on a running server, with or without a query", async () => {
  await using server = await started();
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
  assertEquals(await answer(server, "/readyz?verbose"), [200, "ready\n"]);
});

Deno.test("healthPaths answer a HEAD like a GET, without the text", async () => {
  await using server = await started();
  for (const path of ["/healthz", "/readyz"]) assertEquals(await answer(server, path, { method: "HEAD" }), [200, ""]);
});

Deno.test("healthPaths forbid caching, and disclose nothing else", async () => {
  const server = new FoxgloveServer({ name: "secret robot", metadata: { key: "value" } });
  const response = await server.handleRequest(new Request("http://localhost/readyz"));
  assertEquals([...response.headers], [["cache-control", "no-store"], ["content-type", "text/plain; charset=utf-8"]]);
  assertEquals(await response.text(), "ready\n");
});

Deno.test("healthPaths take precedence over the fallback, which gets all other requests", async () => {
  await using server = await started({ fallback: (request) => new Response(`page for ${request.method}`) });
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
  assertEquals(await answer(server, "/healthz", { method: "POST" }), [200, "page for POST"]);
  for (const path of ["/", "/healthz/", "/HEALTHZ", "/x/readyz"]) {
    assertEquals(await answer(server, path), [200, "page for GET"]);
  }
});

Deno.test("healthPaths can be set to other paths, only one, or none", async () => {
  const answers = async (healthPaths: HealthPaths | false) => {
    const server = new FoxgloveServer({ name: "test", healthPaths });
    const paths = ["/healthz", "/readyz", "/up"];
    return await Promise.all(paths.map(async (path) => (await answer(server, path))[0]));
  };
  assertEquals(await answers({ live: "/up" }), [426, 426, 200]);
  assertEquals(await answers({ ready: "/up", live: "/healthz" }), [200, 426, 200]);
  assertEquals(await answers({}), [426, 426, 426]);
  assertEquals(await answers(false), [426, 426, 426]);
});

Deno.test("healthPaths reject a path that no request can have, and the same path for both", () => {
  const create = (healthPaths: HealthPaths) => () => new FoxgloveServer({ name: "test", healthPaths });
  assertThrows(create({ live: "healthz" }), TypeError, 'health path "healthz" does not begin with "/"');
  assertThrows(create({ live: "/up", ready: "/up" }), TypeError, 'both health paths are "/up"');
});

Deno.test("readyz answers 503 while the server is full, and 200 after a client disconnects; healthz is not affected", async () => {
  const left = new Queue<number>("a disconnected client");
  await using server = await started({
    maxClients: 1,
    listener: { onClientDisconnect: (_server, { client }) => left.push(client.id) },
  });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  assertEquals(await answer(server, "/readyz"), [503, "full\n"]);
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
  socket.close();
  await left.next();
  assertEquals(await answer(server, "/readyz"), [200, "ready\n"]);
});

Deno.test("readyz answers 503 as soon as the server closes, while it still waits for its clients", async () => {
  await using server = await started();
  const { port = 0 } = server.addr ?? {};
  using socket = await RawSocket.connect({ port });
  await within(socket.readFrame(), "serverInfo");
  const closed = server.close();
  const readyz = await fetch(`http://127.0.0.1:${port}/readyz`);
  assertEquals([readyz.status, await readyz.text()], [503, "closing\n"]);
  const healthz = await fetch(`http://127.0.0.1:${port}/healthz`);
  assertEquals([healthz.status, await healthz.text()], [200, "ok\n"]);
  socket.close();
  await within(closed, "close()");
});

Deno.test("readyz answers 200 on a mounted server without start(), until the server is closed", async () => {
  const server = new FoxgloveServer({ name: "test" });
  assertEquals(await answer(server, "/readyz"), [200, "ready\n"]);
  await server.close();
  assertEquals(await answer(server, "/readyz"), [503, "closing\n"]);
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
});
