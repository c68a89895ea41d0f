// Behind nginx, configured as in docs/deployment.md. The tests are skipped if nginx is not installed.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { ODOM } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { NGINX, testWith } from "../../support/needed_programs.ts";
import { Nginx } from "../../support/nginx.ts";
import { Program } from "../../support/program.ts";
import { startServer } from "../../support/test_server.ts";

const UNIX_SERVER = new URL("../fixtures/behind_proxy_on_unix_socket.ts", import.meta.url).href;

/** nginx. Clients connect to `wss://localhost:<port>/robot/`. */
interface Proxy extends AsyncDisposable {
  port: number;
  /** Trusts the certificate. */
  http: Deno.HttpClient;
  connect(headers?: Record<string, string>): WebSocket;
}

/** nginx before a server of this process. */
interface Proxied extends Proxy {
  server: FoxgloveServer;
}

async function proxied(nginxPath: string, options: Partial<FoxgloveServerOptions> = {}): Promise<Proxied> {
  const server = await startServer(options);
  try {
    const proxy = await startNginx(nginxPath, `127.0.0.1:${server.addr!.port}`);
    const dispose = async () => {
      await server.close();
      await proxy[Symbol.asyncDispose]();
    };
    return { ...proxy, server, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function startNginx(nginxPath: string, upstream: string): Promise<Proxy> {
  const certificate = await selfSignedCertificate();
  const nginx = await Nginx.start(nginxPath, { upstream, certificate });
  const { port } = nginx;
  const http = Deno.createHttpClient({ caCerts: [certificate.cert] });
  const connect = (headers: Record<string, string> = {}) =>
    new WebSocket(`wss://localhost:${port}/robot/`, { protocols: ["foxglove.sdk.v1"], client: http, headers });
  const dispose = async () => {
    http.close();
    await nginx[Symbol.asyncDispose]();
  };
  return { port, http, connect, [Symbol.asyncDispose]: dispose };
}

testWith(NGINX, "behind nginx: TLS, a path prefix and the close code work", async (_t, nginx) => {
  const subscribed = Promise.withResolvers<void>();
  await using proxy = await proxied(nginx, { listener: { onSubscribe: () => subscribed.resolve() } });
  const { server } = proxy;
  const channelId = server.addChannel(ODOM);
  const socket = proxy.connect();
  socket.binaryType = "arraybuffer";
  const messages = new Queue<string | ArrayBuffer>("a message through nginx");
  socket.onmessage = ({ data }) => messages.push(data);
  assertEquals(JSON.parse(String(await messages.next())).op, "serverInfo");
  assertEquals(JSON.parse(String(await messages.next())).op, "advertise");
  assertEquals(socket.protocol, "foxglove.sdk.v1");
  socket.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId }] }));
  await within(subscribed.promise, "the subscription");
  server.sendMessage(channelId, 2n, new Uint8Array(1_000_000));
  const data = await messages.next();
  assertEquals(data instanceof ArrayBuffer && data.byteLength, 1_000_013);
  // The option trustedProxies is not set.
  assertEquals([...server.clients.values()].map(({ address }) => /^127\.0\.0\.1:\d+$/.test(address)), [true]);
  const closed = once<CloseEvent>(socket, "close");
  await within(server.close(), "close()");
  const { code, reason } = await closed;
  assertEquals([code, reason], [1001, "server shutdown"]);
});

testWith(
  NGINX,
  "behind nginx: the address comes from the trusted proxy, and claims of the client are ignored",
  async (_t, nginx) => {
    const log: string[] = [];
    const line = (message: string) => void log.push(message);
    const logger = { debug: line, info: line, warn: line, error: line };
    await using proxy = await proxied(nginx, { trustedProxies: 1, maxClientsPerAddress: 1, logger });
    const socket = proxy.connect({ "X-Forwarded-For": "192.0.2.7" });
    await once(socket, "message");
    const [client] = proxy.server.clients.values();
    assertEquals(client?.address, "127.0.0.1");
    assertEquals(client?.remoteAddr, { transport: "tcp", hostname: "127.0.0.1", port: 0 });
    const second = proxy.connect({ "X-Forwarded-For": "192.0.2.8" });
    await once(second, "error");
    assertEquals(log.filter((line) => line.startsWith("Rejected")), ["Rejected a client from 127.0.0.1 with 503"]);
    const closed = once(socket, "close");
    socket.close();
    await closed;
  },
);

testWith(NGINX, "behind nginx: health checks, and the text for browsers, work", async (_t, nginx) => {
  await using proxy = await proxied(nginx);
  const get = async (path: string) => {
    const response = await fetch(`https://localhost:${proxy.port}${path}`, { client: proxy.http });
    return [response.status, await response.text()] as const;
  };
  assertEquals(await get("/robot/healthz"), [200, "ok\n"]);
  assertEquals(await get("/robot/readyz"), [200, "ready\n"]);
  const [status, text] = await get("/robot/");
  assertEquals(status, 426);
  assertStringIncludes(text, "Foxglove WebSocket server");
  assertEquals((await get("/"))[0], 404);
});

testWith(NGINX, "behind nginx: a server on a Unix socket gets the address from the proxy", async (_t, nginx) => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ws.sock`;
  // A program of its own, because a permission to use a Unix socket names its path, or allows all addresses.
  const flags = [`--allow-read=${path}`, `--allow-write=${path}`, `--allow-net=unix:${path}`];
  await using program = new Program(...flags, UNIX_SERVER, path);
  assertEquals(await program.line(), `Listening on ws+unix:${path}:/`);
  await using proxy = await startNginx(nginx, `unix:${path}:`);
  const health = await fetch(`https://localhost:${proxy.port}/robot/healthz`, { client: proxy.http });
  assertEquals([health.status, await health.text()], [200, "ok\n"]);
  const socket = proxy.connect({ "X-Forwarded-For": "192.0.2.7" });
  const messages = new Queue<string>("a message through nginx");
  socket.onmessage = ({ data }) => messages.push(data);
  assertEquals(JSON.parse(await messages.next()).op, "serverInfo");
  assertEquals(JSON.parse(await program.line()), {
    address: "127.0.0.1",
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
  });
  const closed = once<CloseEvent>(socket, "close");
  program.kill("SIGTERM");
  const { code, reason } = await within(closed, "the end");
  assertEquals([code, reason], [1001, "server shutdown"]);
  assertEquals(await program.ended(), { code: 0, signal: null, lines: ["closed"], stderr: "" });
  // Fails if the socket is still there.
  await Deno.remove(folder);
});
