// Behind nginx, configured as in docs/deployment.md. The tests are skipped if nginx is not installed.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { ODOM } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { NGINX, testWith } from "../../support/needed_programs.ts";
import { Program } from "../../support/program.ts";
import { TRANSPORT } from "../../support/transport.ts";

const DOCS = new URL("../../../docs/deployment.md", import.meta.url);
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
  const server = new FoxgloveServer({ name: "robot", port: 0, transport: TRANSPORT, ...options });
  const { port } = await server.start();
  try {
    const proxy = await startNginx(nginxPath, `127.0.0.1:${port}`);
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

/** Starts nginx. `upstream`: the server, as the directive `proxy_pass` names it. */
async function startNginx(nginxPath: string, upstream: string): Promise<Proxy> {
  const folder = await Deno.makeTempDir({ prefix: "nginx_" });
  const { cert, key } = await selfSignedCertificate();
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  const port = freePort();
  await Deno.writeTextFile(`${folder}/nginx.conf`, await config(folder, port, upstream));
  const nginx = new Deno.Command(nginxPath, {
    args: ["-p", folder, "-e", "stderr", "-c", `${folder}/nginx.conf`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = nginx.stderr.text();
  let hasEnded = false;
  const ended = nginx.status.then(() => hasEnded = true);
  const http = Deno.createHttpClient({ caCerts: [cert] });
  const dispose = async () => {
    http.close();
    if (!hasEnded) nginx.kill("SIGTERM");
    await Promise.all([ended, said]);
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await within(listening(port, () => hasEnded), "nginx");
  } catch (error) {
    await dispose();
    throw new Error(`nginx said "${await said}"`, { cause: error });
  }
  const connect = (headers: Record<string, string> = {}) =>
    new WebSocket(`wss://localhost:${port}/robot/`, { protocols: ["foxglove.sdk.v1"], client: http, headers });
  return { port, http, connect, [Symbol.asyncDispose]: dispose };
}

/** The recommended configuration of the docs, with this port, server and files. */
async function config(folder: string, port: number, upstream: string): Promise<string> {
  const [, recommended] = /^```nginx\n(.*?)^```$/ms.exec(await Deno.readTextFile(DOCS)) ?? [];
  if (recommended === undefined) throw new Error("docs/deployment.md shows no nginx configuration");
  const adapted = recommended
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
    .replace("robot.example.com;", "localhost;")
    .replace("/etc/ssl/robot.example.com.crt", `${folder}/cert.pem`)
    .replace("/etc/ssl/robot.example.com.key", `${folder}/key.pem`)
    .replace("127.0.0.1:8765", upstream);
  const temporaryFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) =>
    `${each}_temp_path ${folder};`
  );
  return [
    // A single process, which ends at a signal.
    `daemon off; master_process off; pid ${folder}/nginx.pid; events {}`,
    `http { access_log off; ${temporaryFolders.join(" ")}`,
    adapted,
    "}",
  ].join("\n");
}

/** nginx cannot choose a free port and report it. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function listening(port: number, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    if (hasEnded()) throw new Error("It has ended");
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
  }
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
  assertEquals(await within(program.line(), "the server"), `Listening on ws+unix:${path}:/`);
  await using proxy = await startNginx(nginx, `unix:${path}:`);
  const health = await fetch(`https://localhost:${proxy.port}/robot/healthz`, { client: proxy.http });
  assertEquals([health.status, await health.text()], [200, "ok\n"]);
  const socket = proxy.connect({ "X-Forwarded-For": "192.0.2.7" });
  const messages = new Queue<string>("a message through nginx");
  socket.onmessage = ({ data }) => messages.push(data);
  assertEquals(JSON.parse(await messages.next()).op, "serverInfo");
  assertEquals(JSON.parse(await within(program.line(), "the client")), {
    address: "127.0.0.1",
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
  });
  const closed = once<CloseEvent>(socket, "close");
  program.kill("SIGTERM");
  const { code, reason } = await within(closed, "the end");
  assertEquals([code, reason], [1001, "server shutdown"]);
  assertEquals(await within(program.ended(), "the program"), { code: 0, signal: null, lines: ["closed"], stderr: "" });
  // Fails if the socket is still there.
  await Deno.remove(folder);
});
