// Cases: starting, closing, and the close codes of clients.

import { SUBPROTOCOLS } from "../../../src/protocol/capabilities.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { expectEqual, expectError } from "../expect.ts";
import { type ServerCases, urlOf } from "../server_fixture.ts";

export const LIFECYCLE_CASES: ServerCases = {
  "start() resolves with the address, and close() sends close code 1001": async (fixture) => {
    const server = await fixture.start();
    const { addr } = server;
    expectEqual([addr?.hostname, addr && addr.port > 0, server.url], [
      "127.0.0.1",
      true,
      `ws://127.0.0.1:${addr?.port}`,
    ]);
    const socket = await openSocket(urlOf(server));
    const closed = closeOf(socket);
    await server.close();
    await server.closed;
    expectEqual([await closed, server.addr, server.clients.size], [[1001, "server shutdown"], undefined, 0]);
  },

  "start() listens on the same port again after close()": async (fixture) => {
    const first = await fixture.start();
    const { port } = first.addr!;
    await openSocket(urlOf(first));
    await first.close();
    const second = await fixture.start({ port });
    const client = await fixture.connect(second);
    expectEqual([second.addr?.port, client.serverInfo.name], [port, "robot"]);
  },

  "start() rejects with the code EADDRINUSE if the port is in use": async (fixture) => {
    const { port } = (await fixture.start()).addr!;
    const error = await expectError<Error & { code?: string }>(
      fixture.runtime === "Deno" && fixture.transport === "native" ? "AddrInUse" : "Error",
      fixture.start({ port }),
    );
    expectEqual([error.code, error.message], [
      "EADDRINUSE",
      `Cannot listen on 127.0.0.1:${port}: the port is in use`,
    ]);
  },

  "the default transport is native on Deno, and direct elsewhere": async (fixture) => {
    const create = (transport: string) =>
      new FoxgloveServer({ name: "robot", transport: transport as "native" | "direct" });
    expectEqual((await expectError("TypeError", () => create("other"))).message.includes('"transport"'), true);
    if (fixture.runtime === "Deno") return create("native").close();
    const { message } = await expectError("TypeError", () => create("native"));
    expectEqual(message, 'Cannot create a server: the transport "native" needs Deno, use "direct"');
    const server = new FoxgloveServer({ name: "robot", port: 0, logger: false });
    await server.start();
    const client = await fixture.connect(server);
    expectEqual(client.serverInfo.name, "robot");
    await server.close();
  },

  "disconnect() sends its close code and reason": async (fixture) => {
    const server = await fixture.start();
    const socket = await openSocket(urlOf(server));
    const closed = closeOf(socket);
    const [id] = server.clients.keys();
    expectEqual(server.disconnect(id!, { code: 4000, reason: "ü" }), true);
    expectEqual(await closed, [4000, "ü"]);
  },

  "a client may close with a code, and its hook is called": async (fixture) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const server = await fixture.start({
      listener: { onClientDisconnect: (server) => resolve(server.clients.size) },
    });
    const socket = await openSocket(urlOf(server));
    const closed = closeOf(socket);
    socket.close(4001, "enough");
    expectEqual([await promise, (await closed)[0]], [0, 4001]);
  },

  "a message that is too large ends with close code 1009": async (fixture) => {
    const server = await fixture.start({ maxMessageBytes: 1000 });
    const socket = await openSocket(urlOf(server));
    const closed = closeOf(socket);
    socket.send("x".repeat(2000));
    expectEqual((await closed)[0], 1009);
  },
};

/** Connects a WebSocket. Resolves when the server has sent its first message. */
async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, [...SUBPROTOCOLS]);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("message", () => resolve(), { once: true });
    socket.addEventListener("close", () => reject(new Error("The server has closed the connection")));
  });
  return socket;
}

/** Resolves with the code and the reason when the socket has closed. */
function closeOf(socket: WebSocket): Promise<[code: number, reason: string]> {
  return new Promise((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve([code, reason]), { once: true })
  );
}
