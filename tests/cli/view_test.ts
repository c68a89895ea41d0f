// view: the page in a browser, with our server and others, and what it refuses.

import { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveServer } from "../../mod.ts";
import { pipeHandshake } from "../../src/cli/view/pipe_handshake.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { missingProgram, NPM_SERVER, RUST_SERVER, ServerDriver } from "../interop/server_driver.ts";
import { faults, openStatusPage, texts } from "../status_page/open_page.ts";
import { Chromium } from "../support/chromium.ts";
import { freePort } from "../support/free_port.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { runCli, startCli } from "./fixture.ts";

const TOKEN = "a-secret-token";

/** What a server learns from the handshake. */
interface Handshake {
  origin: string | null;
  cookie: string | null;
  query: string;
}

/** Starts a server that asks for the token, and records the handshakes. */
async function startGuarded(): Promise<{ server: FoxgloveServer; handshakes: Handshake[] }> {
  const handshakes: Handshake[] = [];
  const server = new FoxgloveServer({
    name: "guarded",
    port: 0,
    authorize(request) {
      const { headers, url } = request;
      handshakes.push({ origin: headers.get("origin"), cookie: headers.get("cookie"), query: new URL(url).search });
      const isKnown = request.headers.get("authorization") === `Bearer ${TOKEN}`;
      return isKnown ? { name: "viewer" } : new Response("no", { status: 401 });
    },
  });
  await server.start();
  return { server, handshakes };
}

/** Starts the command, and returns the URL that it prints. */
async function startView(
  url: string,
  ...args: string[]
): Promise<AsyncDisposable & { url: string; end(): Promise<number> }> {
  const program = startCli(["view", url, "--json", ...args]);
  const { url: pageUrl } = JSON.parse(await program.line());
  return {
    url: pageUrl,
    async end() {
      program.kill("SIGINT");
      return (await program.ended()).code;
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

testWith(
  CHROMIUM,
  "view shows a server in a browser, with the user's token, which the page does not get",
  async (_t, path) => {
    const { server, handshakes } = await startGuarded();
    await using _server = server;
    const channel = server.channel<{ count: number }>("/counter");
    await using view = await startView(server.url!, "--token", TOKEN);
    await using browser = await Chromium.launch(path);
    const page = await openStatusPage(browser, view.url);
    let count = 0;
    const timer = setInterval(() => channel.send({ count: ++count }), 20);
    try {
      await page.until('document.querySelectorAll(".tree li").length === 1');
      assertEquals(await texts(page, "h1"), ["guarded"]);
      assertEquals([...server.clients.values()].map(({ identity }) => identity?.name), ["viewer"]);
      assertEquals(handshakes.at(-1), { origin: null, cookie: null, query: "" });
      assertEquals(await page.evaluate(`document.documentElement.outerHTML.includes("${TOKEN}")`), false);
      assertEquals(await faults(page), []);
    } finally {
      clearInterval(timer);
    }
    assertEquals(await view.end(), 0);
  },
);

for (const implementation of [NPM_SERVER, RUST_SERVER]) {
  const missing = missingProgram(implementation.needs);
  const needed = missing === undefined ? CHROMIUM : { path: undefined, missing };
  testWith(needed, `view shows ${implementation.name}`, async (_t, path) => {
    await using server = await ServerDriver.start(implementation);
    await using view = await startView(server.url);
    await using browser = await Chromium.launch(path);
    const page = await openStatusPage(browser, view.url);
    await page.until('[...document.querySelectorAll(".topic-name")].some((each) => each.textContent === "/odom")');
    assertEquals(await page.evaluate('document.querySelector("#clients").hidden'), true);
    assertEquals(await faults(page), []);
  });
}

Deno.test("view passes on every subprotocol, and the end of the connection", async () => {
  await using server = new FoxgloveServer({ name: "robot", port: 0 });
  await server.start();
  await using view = await startView(server.url!);
  const url = view.url.replace("http:", "ws:");
  const origin = view.url.slice(0, -1);
  for (const subprotocol of ["foxglove.websocket.v1", "foxglove.sdk.v1", "foxglove.sdk.v1.1"]) {
    const client = await FoxgloveClient.connect(url, {
      reconnect: false,
      createWebSocket: (address) =>
        new WebSocket(address, { protocols: [subprotocol], headers: { origin } } as unknown as string[]),
    });
    assertEquals(client.serverInfo.name, "robot");
    const [connected] = server.clients.values();
    assertEquals(connected?.subprotocol, subprotocol);
    server.disconnect(connected!.id, { code: 4000, reason: "enough" });
    await client.closed;
    assertStringIncludes(client.state.type === "closed" ? String(client.state.error?.message) : "", "4000");
  }
});

Deno.test("view accepts only its own page, under a name of this machine", async () => {
  await using server = new FoxgloveServer({ name: "robot", port: 0 });
  await server.start();
  await using view = await startView(server.url!);
  const port = Number(new URL(view.url).port);
  const host = `127.0.0.1:${port}`;
  const origins: [headers: [string, string][], status: number][] = [
    [[["Host", host], ["Origin", `http://${host}`]], 101],
    [[["Host", `localhost:${port}`], ["Origin", `http://localhost:${port}`]], 101],
    [[["Host", host], ["Origin", "https://evil.example"]], 403],
    [[["Host", host], ["Origin", `http://localhost:${port}`]], 403],
    [[["Host", host]], 403],
    [[["Host", `evil.example:${port}`], ["Origin", `http://evil.example:${port}`]], 403],
  ];
  for (const [headers, status] of origins) {
    const all = [...headers, ["Sec-WebSocket-Protocol", "foxglove.sdk.v1"] as const];
    using socket = await RawSocket.connect({ port, headers: all });
    assertEquals([headers, socket.status], [headers, status]);
  }
});

Deno.test("view answers only GET and HEAD of its page, under a name of this machine", async () => {
  await using server = new FoxgloveServer({ name: "robot", port: 0 });
  await server.start();
  await using view = await startView(server.url!);
  const statusOf = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(path, view.url), init);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await statusOf("/"), await statusOf("/?token=x"), await statusOf("/api/stats")], [200, 200, 404]);
  assertEquals([await statusOf("/", { method: "HEAD" }), await statusOf("/", { method: "POST" })], [200, 405]);
  const { port } = new URL(view.url);
  using other = await RawSocket.connect({
    port: Number(port),
    headers: [["Host", `evil.example:${port}`]],
    omit: ["Upgrade", "Connection"],
  });
  assertEquals(other.status, 403);
  const { headers, body } = await fetch(view.url);
  assertStringIncludes(headers.get("content-security-policy") ?? "", "default-src 'none'; script-src 'sha256-");
  assertStringIncludes(headers.get("content-security-policy") ?? "", "; frame-ancestors 'none'");
  await body?.cancel();
});

Deno.test("view reports to the page that the server is away, and connects again", async () => {
  const port = freePort();
  const server = new FoxgloveServer({ name: "robot", port });
  await server.start();
  await using view = await startView(server.url!);
  const handshake = async () => {
    using socket = await RawSocket.connect({
      port: Number(new URL(view.url).port),
      headers: [["Host", new URL(view.url).host], ["Origin", view.url.slice(0, -1)], [
        "Sec-WebSocket-Protocol",
        "foxglove.sdk.v1",
      ]],
    });
    return socket.status;
  };
  assertEquals(await handshake(), 101);
  await server.close();
  assertEquals(await handshake(), 502);
  await using again = new FoxgloveServer({ name: "robot", port });
  await again.start();
  assertEquals(await handshake(), 101);
});

Deno.test("pipeHandshake() answers once if the server is away", async () => {
  const events: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = new Duplex({
    read() {},
    write(bytes, _encoding, callback) {
      events.push(String(bytes).split("\r\n")[0]!);
      callback();
    },
  });
  socket.on("error", ({ message }) => events.push(message));
  socket.on("finish", () => setTimeout(() => socket.destroy()));
  socket.on("close", () => resolve());
  const request = { headers: {} } as IncomingMessage;
  pipeHandshake(request, socket, new Uint8Array(), { url: `ws://127.0.0.1:${freePort()}/`, token: undefined });
  await promise;
  assertEquals(events, ["HTTP/1.1 502 Bad Gateway"]);
});

Deno.test("view prints where the page is", async () => {
  await using server = new FoxgloveServer({ name: "robot", port: 0 });
  await server.start();
  await using program = startCli(["view", server.url!]);
  assertEquals(/^Open http:\/\/127\.0\.0\.1:\d+\/ in a browser$/.test(await program.line()), true);
  assertEquals(await program.line(), "Press Ctrl-C to stop.");
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 0);
});

Deno.test("view rejects a wrong port, and one that is in use", async () => {
  await using server = new FoxgloveServer({ name: "robot", port: 0 });
  await server.start();
  const wrong = await runCli(["view", server.url!, "--port", "70000"]);
  assertEquals([wrong.code, wrong.lines], [2, []]);
  assertStringIncludes(wrong.stderr, "--port: 70000 is not a port");
  const used = await runCli(["view", server.url!, "--port", String(server.addr!.port)]);
  assertEquals([used.code, used.lines], [1, []]);
  assertStringIncludes(used.stderr, "use --port to choose another port");
});
