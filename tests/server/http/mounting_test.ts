// Mounted servers: they get their requests from the handler, framework or socket of a program.

import { assertEquals } from "@std/assert/equals";
import { Hono } from "npm:hono@^4.13";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { once, Queue, within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { Opcode, RawSocket } from "../../support/raw_socket.ts";

/** Opens a WebSocket, and returns it with the op of the first message. */
async function openWebSocket(url: string): Promise<{ socket: WebSocket; op: string }> {
  const socket = new WebSocket(url, ["foxglove.sdk.v1"]);
  const { data } = await once<MessageEvent<string>>(socket, "message");
  return { socket, op: JSON.parse(data).op };
}

Deno.test("FoxgloveServer.handleRequest() works under deno serve", async () => {
  const fixture = new URL("../fixtures/served.ts", import.meta.url).href;
  await using program = new Program("serve", "--allow-net", "--host", "127.0.0.1", "--port", "0", fixture);
  const port = await program.line();
  const health = await fetch(`http://127.0.0.1:${port}/readyz`);
  assertEquals([health.status, await health.text()], [200, "ready\n"]);
  const { socket, op } = await openWebSocket(`ws://127.0.0.1:${port}/any/path`);
  assertEquals(op, "serverInfo");
  assertEquals((await program.line()).startsWith("127.0.0.1:"), true);
  const closed = once(socket, "close");
  socket.close();
  await closed;
});

Deno.test("FoxgloveServer.handleRequest() works within a framework, and keeps its headers", async () => {
  const connected = new Queue<string>("a client");
  await using server = new FoxgloveServer({
    name: "guest",
    listener: { onClientConnect: (_server, { client }) => connected.push(client.address) },
  });
  const app = new Hono<{ Bindings: { info: Deno.ServeHandlerInfo } }>();
  app.use(async (context, next) => {
    await next();
    context.header("X-Frame-Options", "DENY");
  });
  app.get("/", (context) => context.text("page"));
  app.get("/robot/*", (context) => server.handleRequest(context.req.raw, context.env.info));
  await using http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => app.fetch(request, { info }),
  );
  const { port } = http.addr;
  assertEquals(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "page");
  const explained = await fetch(`http://127.0.0.1:${port}/robot/`);
  assertEquals([explained.status, (await explained.text()).includes("Foxglove")], [426, true]);

  using raw = await RawSocket.connect({ port, path: "/robot/ws" });
  assertEquals([raw.status, raw.headers.get("x-frame-options")], [101, "DENY"]);
  assertEquals((await connected.next()).startsWith("127.0.0.1:"), true);
  const { socket, op } = await openWebSocket(`ws://127.0.0.1:${port}/robot/ws`);
  assertEquals(op, "serverInfo");
  const closed = once<CloseEvent>(socket, "close");
  raw.close();
  await within(server.close(), "close()");
  assertEquals((await closed).code, 1001);
  using late = await RawSocket.connect({ port, path: "/robot/ws" });
  assertEquals(late.status, 503);
});

Deno.test({
  name: "FoxgloveServer.handleRequest() works on a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "unix_socket_" });
    const path = `${folder}/ws.sock`;
    const fixture = new URL("../fixtures/on_unix_socket.ts", import.meta.url).href;
    {
      // The test process itself may not use Unix sockets.
      const access = [`--allow-net=unix:${path}`, `--allow-read=${path}`, `--allow-write=${path}`];
      await using program = new Program(...access, fixture, path);
      assertEquals(JSON.parse(await program.line()), {
        status: [101, 101],
        ops: ["serverInfo", "advertise"],
        addresses: [path, path],
        data: [Opcode.BINARY, 7],
        closeFrame: [Opcode.CLOSE, 0x03, 0xe9],
      });
      assertEquals((await program.ended()).code, 0);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
