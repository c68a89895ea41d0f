// Requests over node:http: the same raw requests to Deno.serve() and to a direct listener.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { targetFault } from "../../../src/server/http/request_target.ts";
import type { IncomingMessage } from "../../../src/server/direct/node_http.ts";
import { LazyRequest } from "../../../src/server/direct/node_request.ts";
import { Queue, within } from "../../support/events.ts";
import { exchange, openDirect, RawClient, statusesOf } from "./fixture.ts";

/** What a request has led to. */
interface Outcome {
  /** The statuses of the responses. */
  statuses: number[];
  /** Method, URL, headers and body of each request that a handler got. */
  calls: string[];
}

/** The last request of each connection, after which the server closes it. */
const LAST = "GET /last HTTP/1.1\r\nHost: robot\r\nConnection: close\r\n\r\n";
const HOST = "Host: robot\r\n";
const SMUGGLED = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;

async function describe({ method, url, headers, body }: Request, text: () => Promise<string>): Promise<string> {
  return [method, new URL(url).href, JSON.stringify([...headers].toSorted()), body ? await text() : ""].join(" ");
}

async function viaServe(raw: string): Promise<Outcome> {
  const calls: string[] = [];
  await using http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (targetFault(request) !== undefined) return new Response("invalid", { status: 400 });
    calls.push(await describe(request, () => request.text()));
    return new Response("ok");
  });
  const text = await exchange(http.addr.port, raw + LAST);
  return { statuses: statusesOf(text), calls: calls.map((call) => call.replaceAll(`:${http.addr.port}`, ":PORT")) };
}

async function viaDirect(raw: string): Promise<Outcome> {
  const calls: string[] = [];
  const onRequest = async (request: Request) => {
    calls.push(await describe(request, () => request.text()));
    return new Response("ok");
  };
  await using direct = await openDirect({ onRequest, onUpgrade: (handshake) => onRequest(handshake.toRequest()) });
  const text = await exchange(direct.port, raw + LAST);
  return { statuses: statusesOf(text), calls: calls.map((call) => call.replaceAll(`:${direct.port}`, ":PORT")) };
}

/** Requests with the same outcome. */
const SAME: Record<string, string> = {
  "a path with a query": `GET /a%20b?c=d&e HTTP/1.1\r\n${HOST}\r\n`,
  "a path with dots": `GET /a/../b/./c%2e//d HTTP/1.1\r\n${HOST}\r\n`,
  "a path with characters that URLs escape": `GET /"<>{}|^\`%zz%00 HTTP/1.1\r\n${HOST}\r\n`,
  "a path that begins with two slashes": `GET //x/y HTTP/1.1\r\n${HOST}\r\n`,
  "no Host": "GET / HTTP/1.1\r\n\r\n",
  "an empty Host": "GET / HTTP/1.1\r\nHost: \r\n\r\n",
  "two Hosts": "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
  "a Host with a space": "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
  "a Host that is not a host": "GET / HTTP/1.1\r\nHost: :::\r\n\r\n",
  "a Host with a path": "GET / HTTP/1.1\r\nHost: a/ws?\r\n\r\n",
  "absolute-form": `GET http://other:99/x HTTP/1.1\r\n${HOST}\r\n`,
  "absolute-form with https": `GET https://other/x HTTP/1.1\r\n${HOST}\r\n`,
  "absolute-form with an impossible host": `GET http://a:b:c/ HTTP/1.1\r\n${HOST}\r\n`,
  "absolute-form with a user name": `GET http://u:p@h/ HTTP/1.1\r\n${HOST}\r\n`,
  "asterisk-form": `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  "asterisk-form with GET": `GET * HTTP/1.1\r\n${HOST}\r\n`,
  "an empty target": `GET  HTTP/1.1\r\n${HOST}\r\n`,
  "a target without a slash": `GET foo HTTP/1.1\r\n${HOST}\r\n`,
  "a target with bytes above 127": `GET /\xff HTTP/1.1\r\n${HOST}\r\n`,
  "a target with a space": `GET /a b HTTP/1.1\r\n${HOST}\r\n`,
  "a method of WebDAV": `PROPFIND / HTTP/1.1\r\n${HOST}\r\n`,
  "HTTP/1.0": "GET / HTTP/1.0\r\n\r\n",
  "HTTP/1.2": `GET / HTTP/1.2\r\n${HOST}\r\n`,
  "HTTP/2.0": `GET / HTTP/2.0\r\n${HOST}\r\n`,
  "HTTP/0.9": "GET /\r\n",
  "headers that occur twice":
    `GET / HTTP/1.1\r\n${HOST}X-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCookie: b=2\r\nOrigin: o\r\nOrigin: p\r\n` +
    "User-Agent: u\r\nUser-Agent: v\r\nSec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n\r\n",
  "headers with the names of object members": `GET / HTTP/1.1\r\n${HOST}__proto__: x\r\nconstructor: y\r\n\r\n`,
  "header values with bytes above 127": `GET / HTTP/1.1\r\n${HOST}X-A: \xff\xe9\r\nX-B: \xc3\xa9\r\n\r\n`,
  "empty header values": `GET / HTTP/1.1\r\n${HOST}X-A:\r\nX-B:   \r\nX-C:\t v \t\r\n\r\n`,
  "a control character in a header": `GET / HTTP/1.1\r\n${HOST}X-A: a\x01b\r\n\r\n`,
  "NUL in a header": `GET / HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`,
  "a space in a header name": `GET / HTTP/1.1\r\n${HOST}X A: v\r\n\r\n`,
  "a space before a colon": `GET / HTTP/1.1\r\n${HOST}X-A : v\r\n\r\n`,
  "a header without a colon": `GET / HTTP/1.1\r\n${HOST}XA\r\n\r\n`,
  "a header without a name": `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`,
  "a folded header": `GET / HTTP/1.1\r\n${HOST}X-A: a\r\n b\r\n\r\n`,
  "a bare CR in a header": `GET / HTTP/1.1\r\n${HOST}X-A: a\rb\r\n\r\n`,
  "empty lines before the request": `\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`,
  "Content-Length": `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`,
  "chunks":
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n`,
  "a body with GET": `GET / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`,
  "a body with HEAD": `HEAD / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`,
  "Content-Length before Transfer-Encoding":
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "Transfer-Encoding before Content-Length":
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "two different lengths": `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc${SMUGGLED}`,
  "a list of lengths": `POST / HTTP/1.1\r\n${HOST}Content-Length: 3, 3\r\n\r\nabc${SMUGGLED}`,
  "a negative length": `POST / HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n${SMUGGLED}`,
  "a length with a sign": `POST / HTTP/1.1\r\n${HOST}Content-Length: +3\r\n\r\nabc${SMUGGLED}`,
  "an unknown transfer coding": `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "chunked before another coding":
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "chunked twice":
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "a folded Transfer-Encoding": `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  "pipelined requests": `GET /1 HTTP/1.1\r\n${HOST}\r\nGET /2 HTTP/1.1\r\n${HOST}\r\n`,
  "a request after Connection: close": `GET /1 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n${SMUGGLED}`,
  "Expect: 100-continue": `POST / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
  "another Expect": `POST / HTTP/1.1\r\n${HOST}Expect: foo\r\nContent-Length: 3\r\n\r\nabc`,
  "an upgrade with a length":
    `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n`,
  "an upgrade with chunks":
    `POST / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "Upgrade without Connection": `GET / HTTP/1.1\r\n${HOST}Upgrade: websocket\r\n\r\n`,
  "a TLS handshake": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
};

for (const [kind, raw] of Object.entries(SAME)) {
  Deno.test(`DirectListener answers ${kind} as Deno.serve() does`, async () => {
    const [native, direct] = [await viaServe(raw), await viaDirect(raw)];
    assertEquals(direct, native);
    assertEquals(direct.calls.some((call) => call.includes("/smuggled")), false);
  });
}

/** Requests that only `Deno.serve()` accepts, or that it answers in another way. */
const DIFFERENT: Record<string, { raw: string; native: number[]; direct: number[] }> = {
  "an unknown method": { raw: `FOO / HTTP/1.1\r\n${HOST}\r\n`, native: [200, 200], direct: [400] },
  "TRACE": { raw: `TRACE / HTTP/1.1\r\n${HOST}\r\n`, native: [200, 200], direct: [501] },
  "CONNECT": { raw: `CONNECT x:1 HTTP/1.1\r\n${HOST}\r\n`, native: [200, 200], direct: [501] },
  "lines that end with LF": { raw: "GET / HTTP/1.1\nHost: robot\n\n", native: [200, 200], direct: [400] },
  "two equal lengths": {
    raw: `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
    native: [200, 200],
    direct: [400],
  },
  "a head of 20 kB": {
    raw: `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(20_000)}\r\n\r\n`,
    native: [200, 200],
    direct: [431],
  },
  "more than 100 headers": {
    raw: `GET / HTTP/1.1\r\n${HOST}${Array.from({ length: 150 }, (_, index) => `X${index}: 1\r\n`).join("")}\r\n`,
    native: [400],
    direct: [200, 200],
  },
  "chunks that are not valid": {
    raw: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n`,
    native: [],
    direct: [400],
  },
  "bytes after a request that are not HTTP": {
    raw: `GET /1 HTTP/1.1\r\n${HOST}\r\n\x01\x02garbage\r\n\r\n`,
    native: [200, 400],
    direct: [200],
  },
  "an upgrade over HTTP/1.0": {
    raw: `GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    native: [200],
    direct: [400],
  },
};

for (const [kind, { raw, native, direct }] of Object.entries(DIFFERENT)) {
  Deno.test(`DirectListener answers ${kind} with ${direct}, where Deno.serve() answers with ${native}`, async () => {
    assertEquals([(await viaServe(raw)).statuses, (await viaDirect(raw)).statuses], [native, direct]);
  });
}

Deno.test("DirectListener passes the address of the peer to handlers", async () => {
  const infos: unknown[] = [];
  await using direct = await openDirect({
    onRequest(_request, info) {
      infos.push(info.remoteAddr);
      return new Response("ok");
    },
  });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: direct.port });
  await conn.write(new TextEncoder().encode(LAST));
  await within(new RawClient(conn).readAll(), "the response");
  const { hostname, port, transport } = conn.localAddr as Deno.NetAddr;
  assertEquals(infos, [{ hostname, port, transport }]);
});

Deno.test("DirectListener streams the body of a request, piece by piece", async () => {
  const pieces = new Queue<string>("a piece of the body");
  await using direct = await openDirect({
    async onRequest(request) {
      for await (const piece of request.body ?? []) pieces.push(new TextDecoder().decode(piece));
      return new Response("done");
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 6\r\n\r\nabc`);
  assertEquals(await pieces.next(), "abc");
  await client.send("def");
  assertEquals(await pieces.next(), "def");
  assertEquals(statusesOf(await client.readUntil("done")), [200]);
});

Deno.test("DirectListener closes the connection after a response if the program has not read the body", async () => {
  const paths: string[] = [];
  await using direct = await openDirect({
    onRequest({ url }) {
      paths.push(new URL(url).pathname);
      return new Response("no", { status: 413 });
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(`POST /upload HTTP/1.1\r\n${HOST}Content-Length: 1000\r\n\r\nabc`);
  const head = await client.readUntil("\r\n\r\nno");
  await client.send(SMUGGLED);
  await client.readAll();
  assertEquals([statusesOf(head), /connection: close/i.test(head), paths], [[413], true, ["/upload"]]);
});

Deno.test("Request.signal aborts if the client leaves before the response, and reading the body then fails", async () => {
  const signals = new Queue<AbortSignal>("a request");
  const answer = Promise.withResolvers<Response>();
  const bodies: Promise<unknown>[] = [];
  await using direct = await openDirect({
    onRequest(request) {
      bodies.push(assertRejects(() => request.text()));
      signals.push(request.signal);
      return answer.promise;
    },
  });
  const client = await RawClient.connect(direct.port);
  await client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\na`);
  const signal = await signals.next();
  assertEquals(signal.aborted, false);
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  client.close();
  await within(aborted, "the abortion");
  await within(Promise.all(bodies), "the end of the body");
  answer.resolve(new Response("late"));
  assertEquals([bodies.length, direct.errors], [1, []]);
});

Deno.test("LazyRequest.toRequest() returns one request, whose signal is aborted if the client has left before", () => {
  const rawHeaders = ["Host", "robot"];
  const message: Partial<IncomingMessage> = { method: "GET", url: "/a", httpVersion: "1.1", rawHeaders };
  const lazy = new LazyRequest(message as IncomingMessage, "http", "localhost");
  lazy.abort();
  const request = lazy.toRequest();
  assertEquals([request.url, request.signal.aborted], ["http://robot/a", true]);
  assertEquals(lazy.toRequest() === request, true);
});

Deno.test("Request.signal does not abort after a complete response", async () => {
  const signals: AbortSignal[] = [];
  await using direct = await openDirect({
    onRequest({ signal }) {
      signals.push(signal);
      return new Response("ok");
    },
  });
  await exchange(direct.port, `GET / HTTP/1.1\r\n${HOST}\r\n${LAST}`);
  await direct.listener.shutdown();
  assertEquals(signals.map(({ aborted }) => aborted), [false, false]);
});

Deno.test("DirectListener answers the requests of a connection one after the other", async () => {
  const waiting: ((response: Response) => void)[] = [];
  const paths = new Queue<string>("a request");
  await using direct = await openDirect({
    onRequest({ url }) {
      paths.push(new URL(url).pathname);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(`GET /1 HTTP/1.1\r\n${HOST}\r\nGET /2 HTTP/1.1\r\n${HOST}\r\n`);
  assertEquals([await paths.next(), paths.size], ["/1", 0]);
  waiting[0]?.(new Response("first"));
  await client.readUntil("first");
  assertEquals(await paths.next(), "/2");
  waiting[1]?.(new Response("second"));
  await client.readUntil("second");
});

Deno.test("DirectListener answers each request that had to wait in its own turn of the event loop", async () => {
  let turn = 0;
  let immediate = setImmediate(function next() {
    turn += 1;
    immediate = setImmediate(next);
  });
  const turns: number[] = [];
  await using direct = await openDirect({
    onRequest() {
      turns.push(turn);
      return new Response(null, { status: 204 });
    },
  });
  await exchange(direct.port, `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(19) + LAST);
  clearImmediate(immediate);
  assertEquals([turns.length, new Set(turns).size], [20, 20]);
});

Deno.test("DirectListener closes a connection on which more than 100 requests wait", async () => {
  let calls = 0;
  await using direct = await openDirect({
    onRequest() {
      calls += 1;
      return new Promise(() => {});
    },
  });
  assertEquals(await exchange(direct.port, `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(101)), "");
  assertEquals(calls <= 1, true);
});
