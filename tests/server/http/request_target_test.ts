// Requests with an unusable host or URL, and requests for which the fallback fails: the log reports them, stderr does
// not.

import { assertEquals } from "@std/assert/equals";
import { CLOCK } from "../../../src/clock.ts";
import { targetFault } from "../../../src/server/http/request_target.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { within } from "../../support/events.ts";
import { recordingLogger, startServer } from "../../support/test_server.ts";
import { Program } from "../../support/program.ts";
import { RawSocket, type RawSocketOptions } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { TRANSPORT } from "../../support/transport.ts";

/** A request as Deno creates it: the URL contains the `Host` header as it is. */
function requestTo(host: string | undefined, url = `http://${host || "localhost:8765"}/`): Request {
  return { url, headers: new Headers(host === undefined ? {} : { host }) } as Request;
}

for (
  const host of [
    undefined, // HTTP/1.0, or a request that a program created
    "",
    "robot",
    "robot.local:8765",
    "robot_1.local.",
    "192.168.1.5:8765",
    "[::1]:8765",
    "[fe80::192.168.1.5]",
    "xn--rbot-5qa.example",
    "robot:",
    "%72obot",
  ]
) {
  Deno.test(`targetFault() accepts the Host ${JSON.stringify(host)}`, () => {
    assertEquals(targetFault(requestTo(host)), undefined);
  });
}

/** Hosts without the form `host[:port]`, and hosts that the URL parser rejects. */
const MALFORMED = [
  ":::",
  "a b",
  "[",
  "]",
  "[]",
  "[::1",
  "::1",
  "x:-1",
  "x:1:2",
  ":8765",
  "u:p@h",
  "h@",
  "a/ws?",
  "a/",
  "a#",
  "a?b",
]
  .concat(["a\\b", "<a>", '"', "a\u00e9", "a, b", "%zz", "%", "http://a"]);
const IMPOSSIBLE = ["h:99999", "999.1.1.1", "1.2.3.4.5", "[:::]", "[1:2]", "a%2fb", "xn--a"];

for (const host of [...MALFORMED, ...IMPOSSIBLE]) {
  Deno.test(`targetFault() rejects the Host ${JSON.stringify(host)}`, () => {
    const quoted = JSON.stringify(host);
    const faults = [`Host is ${quoted}, not host[:port]`, `the URL cannot be parsed; Host is ${quoted}`];
    assertEquals(targetFault(requestTo(host)), faults[MALFORMED.includes(host) ? 0 : 1]);
  });
}

Deno.test("targetFault() rejects a URL that cannot be parsed or that contains a user name, without repeating it", () => {
  for (const url of ["http://:::/?token=secret", "x://[/", "http://a:1:2/"]) {
    assertEquals(targetFault(requestTo("robot", url)), 'the URL cannot be parsed; Host is "robot"');
  }
  for (const url of ["http://user@robot/?token=secret", "https://u:p@robot/"]) {
    assertEquals(targetFault(requestTo("robot", url)), "the URL contains a user name or a password");
  }
});

const PLAIN = ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"];
const HOST = ["Host", "a/ws?"] as const;
const PREFLIGHT = [HOST, ["Origin", "http://localhost"], ["Access-Control-Request-Private-Network", "true"]] as const;

/** The kinds of requests. */
const KINDS: Record<string, Partial<RawSocketOptions>> = {
  "a handshake": { headers: [HOST] },
  "a handshake at a listed path": { path: "/ws", headers: [HOST] },
  "a preflight": { method: "OPTIONS", omit: PLAIN, headers: PREFLIGHT },
  "a request at a health path": { omit: PLAIN, path: "/healthz", headers: [HOST] },
  "a request for the fallback": { omit: PLAIN, path: "/page", headers: [HOST] },
  "a request in absolute form": { path: "http://robot:99999/ws", headers: [["Host", "robot"]] },
};

for (const [kind, options] of Object.entries(KINDS)) {
  Deno.test(`FoxgloveServer answers ${kind} with an impossible host with 400 before any other check`, async () => {
    const calls: string[] = [];
    const record = (what: string) => (calls.push(what), new Response(what));
    const rule: Partial<FoxgloveServerOptions> = {
      allowedPaths: ["/ws"],
      authorize: () => record("authorize"),
      fallback: () => record("fallback"),
    };
    await using own = await startServer(rule);
    await using guest = new FoxgloveServer({ name: "guest", ...rule });
    await using http = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request, info) => guest.handleRequest(request, info),
    );
    for (const port of [own.addr?.port ?? 0, http.addr.port]) {
      using socket = await RawSocket.connect({ ...options, port });
      assertEquals([socket.status, socket.body], [
        400,
        "The request must have a valid URL, and a Host of the form host[:port]\n",
      ]);
    }
    assertEquals(calls, []);
  });
}

Deno.test("FoxgloveServer answers a request with an absent or empty Host", async () => {
  await using server = await startServer();
  const port = server.addr?.port ?? 0;
  // Deno itself rejects neither.
  using without = await RawSocket.connect({ port, omit: ["Host"] });
  using empty = await RawSocket.connect({ port, headers: [["Host", ""]] });
  assertEquals([without.status, empty.status], [101, 101]);
});

Deno.test("FoxgloveServer logs an impossible Host in quotes, and limits these lines together with other rejections", async () => {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  await using server = await startServer({ logger, [CLOCK]: clock });
  const port = server.addr?.port ?? 0;
  const send = async (host: string) => {
    using socket = await RawSocket.connect({ port, headers: [["Host", host]], omit: PLAIN });
    assertEquals(socket.status, 400);
  };
  for (const host of ['a"\tb', "[", "a b"]) await send(host);
  clock.advance(10_000);
  await send(":::");
  assertEquals(lines.filter((line) => line.startsWith("warn: ")), [
    'warn: Rejected a client from 127.0.0.1: Host is "a\\"\\tb", not host[:port]',
    'warn: Rejected a client from 127.0.0.1: Host is ":::", not host[:port] (and 2 other clients since the last such line)',
  ]);
});

Deno.test("FoxgloveServer logs the origin of a page in quotes", async () => {
  const { logger, lines } = recordingLogger();
  await using server = await startServer({ logger });
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0, headers: [["Origin", 'x"\t"y']] });
  assertEquals(socket.status, 403);
  const [warning] = lines.filter((line) => line.startsWith("warn: "));
  assertEquals(warning?.includes('Pages of origin "x\\"\\t\\"y" may not connect'), true, warning);
});

for (
  const [path, failure] of [
    ["/throws", "Error: thrown"],
    ["/rejects", "Error: rejected"],
    ["/nothing", 'TypeError: Cannot answer a request: "fallback" returned undefined, not a Response'],
    ["/text", 'TypeError: Cannot answer a request: "fallback" returned string, not a Response'],
    ["/later-nothing", 'TypeError: Cannot answer a request: "fallback" returned undefined, not a Response'],
  ] as const
) {
  Deno.test(`FoxgloveServer logs a fallback that fails (${path}), and answers its request with 500`, async () => {
    const { logger, lines } = recordingLogger();
    await using server = new FoxgloveServer({ name: "test", logger, fallback: failing });
    const response = await server.handleRequest(new Request(`http://localhost${path}`));
    assertEquals([response.status, await response.text()], [500, "The server failed to answer this request\n"]);
    assertEquals(lines, [`error: Option "fallback" failed ${failure}`]);
  });
}

/** Fails as the path says. */
function failing(request: Request): Response {
  const { pathname } = new URL(request.url);
  const ways: Record<string, () => unknown> = {
    "/rejects": () => Promise.reject(new Error("rejected")),
    "/nothing": () => undefined,
    "/text": () => "text",
    "/later-nothing": () => Promise.resolve(),
  };
  const way = ways[pathname];
  if (!way) throw new Error("thrown");
  return way() as Response;
}

Deno.test("FoxgloveServer logs a fallback that fails for many requests once, and answers all of them with 500", async () => {
  const { logger, lines } = recordingLogger();
  await using server = new FoxgloveServer({ name: "test", logger, fallback: failing });
  for (let count = 0; count < 100; count++) {
    const response = await server.handleRequest(new Request("http://localhost/throws"));
    assertEquals([response.status, await response.text()], [500, "The server failed to answer this request\n"]);
  }
  assertEquals(lines, ['error: Option "fallback" failed Error: thrown']);
});

/**
 * Why a response whose body was used, and one by `Response.error()`, cannot be sent. `Deno.serve` has its own texts.
 */
const UNSENDABLE = {
  native: [
    "The body of the Response returned from the serve handler has already been consumed",
    "Return value from serve handler must not be an error response (like Response.error())",
  ],
  direct: [
    "Cannot send a response: its body was already used",
    "Cannot send a response: it is an error response, like Response.error()",
  ],
};

Deno.test("FoxgloveServer writes nothing to stderr, whatever a peer sends and however the fallback fails", async () => {
  const fixture = new URL("../fixtures/failing_fallback.ts", import.meta.url).href;
  await using program = new Program("--allow-net=127.0.0.1", fixture, TRANSPORT);
  const listening = await program.line();
  const port = Number(/:(\d+)$/.exec(listening)?.[1]);
  const statuses: number[] = [];
  const send = async (options: Partial<RawSocketOptions>) => {
    using socket = await within(RawSocket.connect({ port, ...options }), "an answer");
    statuses.push(socket.status);
  };
  for (const host of [...MALFORMED, ...IMPOSSIBLE]) {
    await send({ headers: [["Host", host]] });
    await send({ headers: [["Host", host]], omit: PLAIN });
  }
  for (const path of ["http://a:b:c/", "x://[/", "http://u:p@h/"]) await send({ path });
  assertEquals(new Set(statuses), new Set([400]));
  statuses.length = 0;
  await send({ method: "CONNECT", path: ":::", omit: PLAIN });
  // The direct listener rejects every CONNECT, because node:http does not treat it as a request.
  assertEquals(statuses, [TRANSPORT === "native" ? 400 : 501]);
  statuses.length = 0;
  for (const path of ["/throws", "/rejects", "/nothing", "/used", "/error"]) await send({ path, omit: PLAIN });
  assertEquals(statuses, [500, 500, 500, 500, 500]);
  program.kill("SIGTERM");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines.map((line) => line.replace(/127\.0\.0\.1:\d+/, "127.0.0.1")), [
    'warn: Rejected a client from 127.0.0.1: Host is ":::", not host[:port]',
    'error: Option "fallback" failed Error: thrown',
    'error: Option "fallback" failed Error: rejected',
    'error: Option "fallback" failed TypeError: Cannot answer a request: "fallback" returned undefined, not a Response',
    ...UNSENDABLE[TRANSPORT].map((reason) => `error: Answering a request failed TypeError: ${reason}`),
    "info: Closed",
  ]);
});
