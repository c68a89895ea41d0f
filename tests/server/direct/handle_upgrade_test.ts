// FoxgloveServer.handleUpgrade(): clients that come through a server of the program, on node:http, Express and Fastify.

import { assertEquals } from "@std/assert/equals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "npm:express@5.2.1";
import fastify from "npm:fastify@5.10.0";
import { FoxgloveClient } from "../../../src/client/mod.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { RawSocket } from "../../support/raw_socket.ts";

/** Mounts a server at the path /ws of an HTTP server. */
async function mounted(http: Server, options: Partial<FoxgloveServerOptions> = {}) {
  const server = new FoxgloveServer({ name: "mounted", allowedPaths: ["/ws"], ...options });
  http.on("upgrade", (request, socket, head) => server.handleUpgrade(request, socket, head));
  if (!http.listening) await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    server,
    port,
    url: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await server.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** Asserts that a client gets a message through the mounted server, and a page from the other one. */
async function assertServes(http: Server, page: string): Promise<void> {
  await using test = await mounted(http);
  test.server.publish("/battery", { volts: 12 }, { latch: true });
  await using client = await FoxgloveClient.connect(`ws://${test.url}/ws`, { reconnect: false });
  for await (const { value } of client.subscribe("/battery").json()) {
    assertEquals(value, { volts: 12 });
    break;
  }
  assertEquals([...test.server.clients.values()][0]?.address.startsWith("127.0.0.1:"), true);
  assertEquals(await (await fetch(`http://${test.url}/`)).text(), page);
}

Deno.test("FoxgloveServer.handleUpgrade() serves clients of a node:http server", () =>
  assertServes(createServer((_request, response) => response.end("node")), "node"));

Deno.test("FoxgloveServer.handleUpgrade() serves clients of an Express server", async () => {
  const app = express();
  app.get("/", (_request: unknown, response: { send(text: string): unknown }) => void response.send("express"));
  await assertServes(createServer(app), "express");
});

Deno.test("FoxgloveServer.handleUpgrade() serves clients of a Fastify server", async () => {
  const app = fastify();
  app.get("/", () => "fastify");
  await app.ready();
  await assertServes(app.server, "fastify");
});

Deno.test("FoxgloveServer.handleUpgrade() applies the options: path, origin, authorize", async () => {
  const http = createServer();
  await using test = await mounted(http, {
    authorize: (request) =>
      request.headers.has("authorization") ? { name: "app" } : new Response("who?", { status: 401 }),
  });
  const ask = async (path: string, headers: [string, string][] = []) => {
    using socket = await RawSocket.connect({ port: test.port, path, headers });
    return socket.status;
  };
  assertEquals(await ask("/other"), 404);
  assertEquals(await ask("/ws", [["Origin", "https://evil.example"]]), 403);
  assertEquals(await ask("/ws"), 401);
  assertEquals(await ask("/ws", [["Authorization", "Bearer x"]]), 101);
});

Deno.test("FoxgloveServer.handleUpgrade() answers with 503 after close()", async () => {
  const http = createServer();
  await using test = await mounted(http);
  await test.server.close();
  using socket = await RawSocket.connect({ port: test.port, path: "/ws" });
  assertEquals(socket.status, 503);
});
