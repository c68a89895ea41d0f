// Health: what supervisors are told, over the port of the server.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { HealthPaths } from "../../../src/server/http/health.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { Queue, within } from "../../support/events.ts";
import { RawSocket } from "../../support/raw_socket.ts";

async function started(options: Partial<FoxgloveServerOptions> = {}): Promise<FoxgloveServer> {
  const server = new FoxgloveServer({ name: "test", port: 0, ...options });
  await server.start();
  return server;
}

/** Status and text of what a server answers. */
async function answer(server: FoxgloveServer, path: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = server.addr
    ? await fetch(`http://127.0.0.1:${server.addr.port}${path}`, init)
    : await server.handleRequest(new Request(`http://localhost${path}`, init));
  return [response.status, await response.text()];
}

Deno.test("healthPaths: /healthz and /readyz answer 200 on a server that runs, with or without a query", async () => {
  await using server = await started();
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
  assertEquals(await answer(server, "/readyz?verbose"), [200, "ready\n"]);
});

Deno.test("healthPaths: a HEAD is answered like a GET, without the text", async () => {
  await using server = await started();
  for (const path of ["/healthz", "/readyz"]) assertEquals(await answer(server, path, { method: "HEAD" }), [200, ""]);
});

Deno.test("healthPaths: what is told is not kept by caches, and nothing else is told", async () => {
  const server = new FoxgloveServer({ name: "secret robot", metadata: { key: "value" } });
  const response = await server.handleRequest(new Request("http://localhost/readyz"));
  assertEquals([...response.headers], [["cache-control", "no-store"], ["content-type", "text/plain; charset=utf-8"]]);
  assertEquals(await response.text(), "ready\n");
});

Deno.test("healthPaths: they come before the fallback, and only they", async () => {
  await using server = await started({ fallback: (request) => new Response(`page for ${request.method}`) });
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
  assertEquals(await answer(server, "/healthz", { method: "POST" }), [200, "page for POST"]);
  for (const path of ["/", "/healthz/", "/HEALTHZ", "/x/readyz"]) {
    assertEquals(await answer(server, path), [200, "page for GET"]);
  }
});

Deno.test("healthPaths: they may be others, one of them, or none", async () => {
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

Deno.test("healthPaths: a path that no request can have is refused, and so is the same for both", () => {
  const create = (healthPaths: HealthPaths) => () => new FoxgloveServer({ name: "test", healthPaths });
  assertThrows(create({ live: "healthz" }), TypeError, 'health path "healthz" does not begin with "/"');
  assertThrows(create({ live: "/up", ready: "/up" }), TypeError, 'both health paths are "/up"');
});

Deno.test("readyz: 503 while no more clients are taken, and 200 when one has left; healthz is not concerned", async () => {
  const left = new Queue<number>("a client that leaves");
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

Deno.test("readyz: 503 as soon as the server closes, while it still waits for its clients", async () => {
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

Deno.test("readyz: a server that is mounted is ready without start(), until it is closed", async () => {
  const server = new FoxgloveServer({ name: "test" });
  assertEquals(await answer(server, "/readyz"), [200, "ready\n"]);
  await server.close();
  assertEquals(await answer(server, "/readyz"), [503, "closing\n"]);
  assertEquals(await answer(server, "/healthz"), [200, "ok\n"]);
});
