// Cases: requests that are not handshakes, and handshakes that are rejected.

import { FoxgloveClient } from "../../../src/client/client.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import { httpUrlOf, type ServerCases, urlOf } from "../server_fixture.ts";
import { testBytes } from "../text.ts";

export const HTTP_CASES: ServerCases = {
  "health checks are answered": async (fixture) => {
    const server = await fixture.start({ maxClients: 1 });
    const check = async (path: string) => {
      const response = await fetch(httpUrlOf(server, path));
      return [response.status, (await response.text()).trim()];
    };
    expectEqual(await check("/healthz"), [200, "ok"]);
    expectEqual(await check("/readyz"), [200, "ready"]);
    await fixture.connect(server);
    expectEqual(await check("/readyz"), [503, "full"]);
    expectEqual((await check("/page"))[0], 426);
  },

  "fallback answers other requests, and reads their bodies": async (fixture) => {
    const server = await fixture.start({
      async fallback(request, info) {
        const { pathname } = new URL(request.url);
        if (pathname === "/stream") return new Response(ReadableStream.from(chunks()));
        const body = new Uint8Array(await request.arrayBuffer());
        const from = info?.remoteAddr && "hostname" in info.remoteAddr ? info.remoteAddr.hostname : "";
        return new Response(body, { status: 201, headers: { "x-from": `${request.method} ${pathname} ${from}` } });
      },
    });
    for (const size of [0, 1 << 20]) {
      const response = await fetch(httpUrlOf(server, "/echo?x=1"), { method: "POST", body: testBytes(size) });
      expectEqual([response.status, response.headers.get("x-from")], [201, "POST /echo 127.0.0.1"]);
      expectEqual(new Uint8Array(await response.arrayBuffer()), testBytes(size));
    }
    const stream = await fetch(httpUrlOf(server, "/stream"));
    expectEqual(new Uint8Array(await stream.arrayBuffer()).length, 300_000);
  },

  "authorize identifies clients, or rejects them": async (fixture) => {
    const server = await fixture.start({
      authorize(request) {
        const token = new URL(request.url).searchParams.get("token");
        return token === "ok" ? { name: "operator" } : new Response("no such token", { status: 401 });
      },
    });
    await expectError("ConnectionClosedError", FoxgloveClient.connect(urlOf(server)));
    const client = await FoxgloveClient.connect(`${urlOf(server)}/?token=ok`);
    const names = [...server.clients.values()].map(({ identity }) => identity?.name);
    await client.close();
    expectEqual([client.serverInfo.name, names], ["robot", ["operator"]]);
  },

  "handleRequest() answers health checks, and accepts WebSockets only on Deno": async (fixture) => {
    const server = fixture.create();
    const health = await server.handleRequest(new Request("http://localhost/healthz"));
    expectEqual([health.status, (await health.text()).trim()], [200, "ok"]);
    if (fixture.runtime === "Deno") return;
    const handshake = { method: "GET", url: "http://localhost/", headers: new Headers({ upgrade: "websocket" }) };
    const { message } = await expectError("TypeError", () => server.handleRequest(handshake as Request));
    expectIncludes(message, "handleRequest() accepts WebSockets only on Deno; use start() or handleUpgrade()");
  },
};

async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let index = 0; index < 3; index++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield testBytes(100_000);
  }
}
