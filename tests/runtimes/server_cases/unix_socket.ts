// Cases: a server on a Unix socket. In Deno, tests/server/direct/unix_socket_test.ts covers it, because it needs more
// permissions than the suite has.

import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { expectEqual, expectError } from "../expect.ts";
import { handshake } from "../raw_client.ts";
import type { ServerCases, ServerFixture } from "../server_fixture.ts";

export const UNIX_SOCKET_CASES: ServerCases = {
  "start() listens on a Unix socket, and close() removes its file": async (fixture) => {
    if (fixture.runtime === "Deno") return;
    const path = `${await fixture.folder()}/ws.sock`;
    const fallback: FoxgloveServerOptions["fallback"] = (_request, info) => Response.json(info?.remoteAddr);
    const server = fixture.create({ path, fallback });
    const addr = await server.start();
    expectEqual([addr, server.addr, server.url], [
      { transport: "unix", hostname: "", port: 0, path },
      addr,
      `ws+unix:${path}:/`,
    ]);
    const page = await answerTo(path, "GET / HTTP/1.1\r\nHost: robot\r\nConnection: close\r\n\r\n", "}");
    expectEqual(JSON.parse(page.split("\r\n\r\n")[1] ?? ""), { transport: "unix", path });
    const addresses = () => [...server.clients.values()].map(({ address }) => address);
    const greeting = await answerTo(path, handshake(), '"serverInfo"', () => expectEqual(addresses(), [path]));
    expectEqual(greeting.startsWith("HTTP/1.1 101 "), true);
    await server.close();
    expectEqual([server.addr, existsSync(path)], [undefined, false]);
  },

  "start() rejects a path of a Unix socket that cannot be used, and says why": async (fixture) => {
    if (fixture.runtime === "Deno") return;
    const folder = await fixture.folder();
    const path = `${folder}/ws.sock`;
    await create(fixture, path).start();
    expectEqual(await failure(create(fixture, path)), [`Cannot listen on ${path}: the socket is in use`, "EADDRINUSE"]);
    const file = `${folder}/precious`;
    writeFileSync(file, "precious");
    expectEqual(await failure(create(fixture, file)), [
      `Cannot listen on ${file}: a file that is not a socket has this path`,
      "EADDRINUSE",
    ]);
    const missing = `${folder}/none/ws.sock`;
    expectEqual(await failure(create(fixture, missing)), [
      `Cannot listen on ${missing}: the folder does not exist`,
      "ENOENT",
    ]);
    await expectError("RangeError", create(fixture, path.padEnd(108, "x")).start());
    expectEqual([existsSync(path), existsSync(file)], [true, true]);
  },
};

function create(fixture: ServerFixture, path: string): FoxgloveServer {
  return fixture.create({ path });
}

/** Returns why a server cannot start. */
async function failure(server: FoxgloveServer): Promise<unknown> {
  const { message, code } = await expectError<Error & { code?: string }>("Error", server.start());
  return [message, code];
}

/** Sends a request. Returns the received text as soon as it contains `end`. Calls `inspect` before it disconnects. */
async function answerTo(path: string, request: string, end: string, inspect: () => void = () => {}): Promise<string> {
  const socket = connect({ path });
  try {
    let received = "";
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`The server has closed the connection after ${received}`)));
      socket.on("data", (bytes: Uint8Array) => {
        received += new TextDecoder().decode(bytes);
        if (received.includes(end)) resolve();
      });
      socket.write(request);
    });
    inspect();
    return received;
  } finally {
    socket.destroy();
  }
}
