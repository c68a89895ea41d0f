// Responses over node:http, as a client sees them.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { settled } from "../../support/conversation.ts";
import { Queue, within } from "../../support/events.ts";
import { type DirectFixture, exchange, openDirect, RawClient, statusesOf, until } from "./fixture.ts";

const GET = "GET / HTTP/1.1\r\nHost: robot\r\nConnection: close\r\n\r\n";
const HEAD = GET.replace("GET", "HEAD");

/** Starts a listener with the same response for every request. */
function openWith(create: () => unknown): Promise<DirectFixture> {
  return openDirect({ onRequest: () => create() as Response });
}

/** Returns the response to a request as a client sees it, without its date. */
async function receive(create: () => unknown, request: string = GET): Promise<string> {
  await using direct = await openWith(create);
  return (await exchange(direct.port, request)).replace(/\r\ndate: [^\r]*/i, "");
}

/** Returns the value of a header in a response. */
function headerOf(response: string, name: string): string[] {
  const head = response.split("\r\n\r\n")[0]?.split("\r\n") ?? [];
  return head.filter((line) => line.toLowerCase().startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

Deno.test("DirectListener sends status, status text, headers, each cookie and the length of a body", async () => {
  const headers: [string, string][] = [["Set-Cookie", "a=1"], ["set-cookie", "b=2; Path=/"], ["X-A", "\xe9"]];
  const response = await receive(() => new Response("hell\xf6", { status: 418, statusText: "Short", headers }));
  assertEquals(response.split("\r\n")[0], "HTTP/1.1 418 Short");
  assertEquals(headerOf(response, "set-cookie"), ["a=1", "b=2; Path=/"]);
  assertEquals([headerOf(response, "x-a"), headerOf(response, "content-length")], [["\xe9"], ["6"]]);
  assertEquals(headerOf(response, "content-type"), ["text/plain;charset=UTF-8"]);
  assertEquals(response.split("\r\n\r\n")[1], "hell\xc3\xb6");
});

for (
  const [kind, create, length] of [
    ["no body", () => new Response(null, { status: 202 }), "0"],
    ["an empty body", () => new Response(""), "0"],
    ["bytes", () => new Response(new Uint8Array(3)), "3"],
    ["a blob", () => new Response(new Blob(["abc"])), "3"],
    ["a stream that has ended", () => new Response(ReadableStream.from([bytesOf("abc")])), "3"],
    ["100 KiB", () => new Response("x".repeat(102_400)), "102400"],
  ] as const
) {
  Deno.test(`DirectListener sends the length of ${kind}`, async () => {
    const response = await receive(create);
    assertEquals([headerOf(response, "content-length"), headerOf(response, "transfer-encoding")], [[length], []]);
    assertEquals(response.split("\r\n\r\n")[1]?.length, Number(length));
  });
}

Deno.test("DirectListener sends no body with HEAD, 204 and 304, but the length with HEAD", async () => {
  const own = await receive(() => new Response("body"), HEAD);
  const given = await receive(() => new Response("body", { headers: { "content-length": "1000" } }), HEAD);
  assertEquals([headerOf(own, "content-length"), headerOf(given, "content-length")], [["4"], ["1000"]]);
  for (const response of [own, given]) assertEquals(response.split("\r\n\r\n")[1], "");
  for (const status of [204, 304]) {
    const response = await receive(() => new Response(null, { status }));
    assertEquals([statusesOf(response), response.split("\r\n\r\n")[1]], [[status], ""]);
    assertEquals([headerOf(response, "content-length"), headerOf(response, "transfer-encoding")], [[], []]);
  }
});

Deno.test("DirectListener cancels the body of a response to HEAD", async () => {
  const cancelled = Promise.withResolvers<void>();
  const endless = () => new ReadableStream({ cancel: () => cancelled.resolve() });
  const response = await receive(() => new Response(endless()), HEAD);
  await within(cancelled.promise, "the cancellation");
  assertEquals(statusesOf(response), [200]);
});

Deno.test("DirectListener sends the head and each piece of a stream at once", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  await using direct = await openWith(() => new Response(readable));
  using client = await RawClient.connect(direct.port);
  await client.send(GET);
  const head = await client.readUntil("\r\n\r\n");
  assertEquals(headerOf(head, "transfer-encoding"), ["chunked"]);
  await writer.write(bytesOf("one"));
  assertEquals(await client.readUntil("one\r\n"), "3\r\none\r\n");
  await writer.write(new Uint8Array()); // an empty chunk would end the body
  await writer.write(bytesOf("three"));
  assertEquals(await client.readUntil("three\r\n"), "5\r\nthree\r\n");
  await writer.close();
  assertEquals(await client.readAll(), "0\r\n\r\n");
});

Deno.test("DirectListener pulls no more of a body than the client reads, and cancels it when the client leaves", async () => {
  const piece = new Uint8Array(65_536);
  const cancelled = Promise.withResolvers<void>();
  let pulled = 0;
  const body = () =>
    new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(piece);
      },
      cancel: () => cancelled.resolve(),
    });
  await using direct = await openWith(() => new Response(body()));
  const client = await RawClient.connect(direct.port);
  await client.send(GET);
  await client.readUntil("\r\n\r\n");
  // The buffers of the system take some pieces. Afterwards nothing is pulled, until the client leaves.
  for (let quietTurns = 0; quietTurns < 100;) {
    const before = pulled;
    await settled();
    quietTurns = pulled === before ? quietTurns + 1 : 0;
  }
  assertEquals(pulled < 1000, true, `${pulled} pieces`);
  client.close();
  await within(cancelled.promise, "the cancellation");
  assertEquals(direct.errors, []);
});

Deno.test("DirectListener cancels the body of a response whose client has left before", async () => {
  const requests = new Queue<AbortSignal>("a request");
  const cancelled = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<Response>();
  await using direct = await openDirect({
    onRequest({ signal }) {
      requests.push(signal);
      return promise;
    },
  });
  const client = await RawClient.connect(direct.port);
  await client.send(GET);
  const signal = await requests.next();
  client.close();
  await until(() => signal.aborted, "the abortion");
  resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  await within(cancelled.promise, "the cancellation");
  assertEquals(direct.errors, []);
});

Deno.test("DirectListener destroys the connection if a body fails after the head was sent", async () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  await using direct = await openWith(() => new Response(readable));
  using client = await RawClient.connect(direct.port);
  await client.send(GET);
  await client.readUntil("\r\n\r\n");
  await writer.write(bytesOf("one"));
  await client.readUntil("one\r\n");
  const failure = new Error("no more");
  await writer.abort(failure);
  assertEquals(await client.readAll(), ""); // without the last chunk
  assertEquals(direct.errors, [failure]);
});

for (
  const [kind, create, text] of [
    [
      "a body that is longer than Content-Length",
      () => new Response("abcd", { headers: { "content-length": "3" } }),
      "another length",
    ],
    [
      "a body that is shorter than Content-Length",
      () => new Response("ab", { headers: { "content-length": "3" } }),
      "another length",
    ],
    ["a body of text", () => new Response(ReadableStream.from(["text"]) as never), "other than bytes"],
  ] as const
) {
  Deno.test(`DirectListener destroys the connection instead of sending ${kind}`, async () => {
    await using direct = await openWith(create);
    assertEquals(await exchange(direct.port, GET), "");
    assertStringIncludes(String(direct.errors[0]), `TypeError: Cannot send a response: `);
    assertStringIncludes(String(direct.errors[0]), text);
  });
}

Deno.test("DirectListener destroys the connection instead of sending a header with a control character", async () => {
  for (const body of [null, "body"]) {
    await using direct = await openWith(() => new Response(body, { headers: { "x-a": "b\x01" } }));
    assertEquals([await exchange(direct.port, GET), direct.errors.length], ["", 1]);
  }
});

const used = new Response("used");
await used.text();
const locked = new Response("locked");
locked.body?.getReader();

for (
  const [kind, create, text] of [
    ["throws", () => {
      throw new Error("thrown");
    }, "Error: thrown"],
    ["rejects", () => Promise.reject(new Error("rejected")), "Error: rejected"],
    ["returns nothing", () => undefined, "TypeError: Cannot send a response: the handler returned undefined"],
    ["returns text", () => "text", "TypeError: Cannot send a response: the handler returned string"],
    [
      "returns Response.error()",
      () => Response.error(),
      "TypeError: Cannot send a response: it is an error response, like Response.error()",
    ],
    ["returns a used response", () => used, "TypeError: Cannot send a response: its body was already used"],
    ["returns a locked response", () => locked, "TypeError: Cannot send a response: its body was already used"],
  ] as const
) {
  Deno.test(`DirectListener answers a request with onError() if its handler ${kind}`, async () => {
    await using direct = await openWith(create);
    const response = await exchange(direct.port, GET);
    assertEquals([statusesOf(response), response.split("\r\n\r\n")[1]], [[500], "failed"]);
    assertEquals(direct.errors.map(String), [text]);
  });
}

Deno.test("DirectListener answers with 500 if onError() fails as well", async () => {
  const failing = () => {
    throw new Error("failing");
  };
  for (const onError of [failing, () => used]) {
    await using direct = await openDirect({ onRequest: failing, onError });
    assertEquals(statusesOf(await exchange(direct.port, GET)), [500]);
  }
});

Deno.test("DirectListener ends the connection after a response with Connection: close", async () => {
  let calls = 0;
  await using direct = await openWith(() => {
    calls += 1;
    return new Response("bye", { headers: { connection: "close" } });
  });
  const kept = GET.replace("Connection: close\r\n", "");
  assertEquals(statusesOf(await exchange(direct.port, kept + kept)), [200]);
  assertEquals(calls, 1);
});

Deno.test("DirectListener sends the headers of a 426 response as they are", async () => {
  const headers = { upgrade: "websocket", connection: "upgrade" };
  const response = await receive(() => new Response("upgrade", { status: 426, headers }));
  assertEquals([headerOf(response, "upgrade"), headerOf(response, "connection")], [["websocket"], [
    "upgrade",
    "close",
  ]]);
});
