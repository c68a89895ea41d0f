// Handshakes over node:http, and clients that leave while they wait.

import { connect, type Socket } from "node:net";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { DirectUpgrade, TakenSocket } from "../../../src/server/direct/direct_upgrade.ts";
import { Queue, within } from "../../support/events.ts";
import { exchange, openDirect, RawClient, statusesOf, until } from "./fixture.ts";

const HANDSHAKE = [
  "GET /ws HTTP/1.1",
  "Host: robot",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", // the example of RFC 6455
  "",
  "",
].join("\r\n");

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Sends back what arrives, until the client ends. */
function echo({ socket, head }: TakenSocket): void {
  socket.on("end", () => socket.destroy());
  socket.on("data", (bytes) => void socket.write(bytes));
  if (head.length > 0) socket.write(head);
}

Deno.test("DirectUpgrade.take() sends 101 with the given headers, and returns the connection", async () => {
  const infos: unknown[] = [];
  const waits: boolean[] = [];
  await using direct = await openDirect({
    onUpgrade(request, info, upgrade) {
      infos.push([new URL(request.url).pathname, info.remoteAddr?.transport, request.toRequest().signal.aborted]);
      const taken = upgrade.take({ "Sec-WebSocket-Protocol": "a", "X-B": "c" });
      // The response waits for what the owner sends in the same turn.
      waits.push((taken?.socket.writableLength ?? 0) > 0);
      if (taken) echo(taken);
      return undefined;
    },
  });
  const timersBefore = direct.clock.pendingTimers;
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  assertEquals((await client.readUntil("\r\n\r\n")).split("\r\n"), [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "Sec-WebSocket-Protocol: a",
    "X-B: c",
    "",
    "",
  ]);
  await client.send("ping");
  assertEquals(await client.readUntil("ping"), "ping");
  assertEquals([infos, waits, direct.clock.pendingTimers], [[["/ws", "tcp", false]], [true], timersBefore]);
});

Deno.test("DirectUpgrade.take() returns what the client has sent before, also after a slow decision", async () => {
  const waiting = new Queue<() => void>("a handshake");
  await using direct = await openDirect({
    async onUpgrade(_request, _info, upgrade) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      const taken = upgrade.take({});
      assertEquals(taken && decode(taken.head), "early, later");
      if (taken) echo(taken);
      return undefined;
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(`${HANDSHAKE}early`);
  const decide = await waiting.next();
  await client.send(", later");
  // The listener answers this request only after it has read what was sent before.
  await exchange(direct.port, "GET / HTTP/1.1\r\nHost: robot\r\nConnection: close\r\n\r\n");
  decide();
  await client.readUntil("early, later");
  assertEquals(direct.errors, []);
});

Deno.test("DirectListener closes the connection of a client that sends 64 KiB before its handshake is complete", async () => {
  const signals = new Queue<AbortSignal>("a handshake");
  await using direct = await openDirect({
    onUpgrade(request) {
      const { signal } = request.toRequest();
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  const signal = await signals.next();
  await client.send("x".repeat(65_537));
  assertEquals(await client.readAll(), "");
  await until(() => signal.aborted, "the abortion");
});

Deno.test("DirectUpgrade.take() throws if it was called before, without a key, or with a header that is not valid", async () => {
  const upgrades = new Queue<DirectUpgrade>("a handshake");
  await using direct = await openDirect({
    onUpgrade(request, _info, upgrade) {
      const cannot = "Cannot accept a handshake:";
      if (request.headers.get("sec-websocket-key") === null) {
        assertThrows(() => upgrade.take({}), TypeError, `${cannot} it has no Sec-WebSocket-Key`);
        upgrades.push(upgrade);
        return new Response("no key", { status: 400 });
      }
      for (
        const [name, value] of [["x-a", "b\r\nx-c: d"], ["x-a", "b\0"], ["x a", "b"], ["", "b"], ["x-a", " b"]] as const
      ) {
        assertThrows(() => upgrade.take({ [name]: value }), TypeError, `${cannot} the header "${name}`);
      }
      const taken = upgrade.take({});
      assertThrows(() => upgrade.take({}), TypeError, `${cannot} it was already answered`);
      taken?.socket.end("bye");
      taken?.socket.on("end", () => taken.socket.destroy());
      return undefined;
    },
  });
  const withoutKey = HANDSHAKE.replace(/Sec-WebSocket-Key.*\r\n/, "");
  assertEquals(statusesOf(await exchange(direct.port, withoutKey)), [400]);
  const refused = await upgrades.next();
  assertThrows(() => refused.take({}), TypeError, "Cannot accept a handshake: it was already answered");
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  await client.readUntil("\r\n\r\nbye");
  assertEquals(direct.errors, []);
});

Deno.test("DirectListener sends the response to a rejected handshake, and closes the connection", async () => {
  await using direct = await openDirect({
    onUpgrade: () => new Response("who?", { status: 401, headers: { "www-authenticate": "Bearer" } }),
  });
  const response = await exchange(direct.port, HANDSHAKE);
  assertEquals(response.replace(/\r\nDate: [^\r]*/, "").split("\r\n"), [
    "HTTP/1.1 401 Unauthorized",
    "content-type: text/plain;charset=UTF-8",
    "www-authenticate: Bearer",
    "content-length: 4",
    "Connection: close",
    "",
    "who?",
  ]);
});

Deno.test("DirectListener answers a handshake with 500 if the handler neither takes it nor answers", async () => {
  await using direct = await openDirect({ onUpgrade: () => undefined });
  assertEquals(statusesOf(await exchange(direct.port, HANDSHAKE)), [500]);
  assertEquals(direct.errors.map(String), ["TypeError: Cannot send a response: the handler returned undefined"]);
});

Deno.test("DirectListener ignores what a handler does after it has taken the connection", async () => {
  await using direct = await openDirect({
    onUpgrade(_request, _info, upgrade) {
      const taken = upgrade.take({});
      if (taken) echo(taken);
      return new Response("late");
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  await client.readUntil("\r\n\r\n");
  await client.send("ping");
  assertEquals(await client.readUntil("ping"), "ping");
});

Deno.test("DirectListener cancels the body of a response to a handshake whose client has left", async () => {
  const signals = new Queue<AbortSignal>("a handshake");
  const cancelled = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<Response>();
  await using direct = await openDirect({
    onUpgrade(request) {
      const { signal } = request.toRequest();
      signals.push(signal);
      return promise;
    },
  });
  const client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  const signal = await signals.next();
  client.close();
  await until(() => signal.aborted, "the abortion");
  resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  await within(cancelled.promise, "the cancellation");
  assertEquals(direct.errors, []);
});

for (const protocol of ["h2c", "foo"]) {
  Deno.test(`DirectListener answers a request with "Upgrade: ${protocol}" like any other`, async () => {
    let handshakes = 0;
    await using direct = await openDirect({
      onUpgrade() {
        handshakes += 1;
        return new Response();
      },
    });
    const response = await exchange(direct.port, HANDSHAKE.replace("websocket", protocol));
    assertEquals([statusesOf(response), response.split("\r\n\r\n")[1], handshakes], [[200], "/ws", 0]);
  });
}

Deno.test("DirectListener answers a handshake after the requests before it on the same connection", async () => {
  const answers: ((response: Response) => void)[] = [];
  await using direct = await openDirect({
    onRequest: () => new Promise((resolve) => answers.push(resolve)),
    onUpgrade(_request, _info, upgrade) {
      const taken = upgrade.take({});
      if (taken) echo(taken);
      return undefined;
    },
  });
  using client = await RawClient.connect(direct.port);
  await client.send(`GET /first HTTP/1.1\r\nHost: robot\r\n\r\n${HANDSHAKE}`);
  await until(() => answers.length === 1, "the first request");
  answers[0]?.(new Response("first"));
  assertEquals(statusesOf(await client.readUntil("first")), [200]);
  assertEquals(statusesOf(await client.readUntil("\r\n\r\n")), [101]);
  await client.send("ping");
  assertEquals(await client.readUntil("ping"), "ping");
});

/** The ways in which a client can leave. */
const LEAVES: Record<string, (client: Socket) => unknown> = {
  "with FIN": (client) => client.destroy(),
  "with FIN, and still read": (client) => client.end(),
  "with RST": (client) => client.resetAndDestroy(),
  "with FIN after more bytes": (client) => client.end("early"),
};

/** Connects, sends a handshake, and continues to read after FIN. */
async function handshake(port: number): Promise<Socket> {
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => {});
  client.resume();
  await new Promise<void>((resolve) => client.on("connect", () => client.write(HANDSHAKE, () => resolve())));
  return client;
}

for (const [kind, leave] of Object.entries(LEAVES)) {
  for (const moment of ["at once", "while its handshake waits"]) {
    Deno.test(`DirectListener closes the connections of 30 clients that leave ${kind}, ${moment}`, async () => {
      const signals: AbortSignal[] = [];
      const takes: unknown[] = [];
      const decision = Promise.withResolvers<void>();
      await using direct = await openDirect({
        async onUpgrade(request, _info, upgrade) {
          signals.push(request.toRequest().signal);
          await decision.promise;
          takes.push(upgrade.take({}));
          return undefined;
        },
      });
      const clients: Socket[] = [];
      for (let count = 0; count < 30; count++) {
        const client = await within(handshake(direct.port), "a connection");
        clients.push(client);
        if (moment === "at once") leave(client);
      }
      if (moment !== "at once") {
        await until(() => signals.length === 30, "all handshakes");
        for (const client of clients) leave(client);
      }
      // This waits until all connections are closed, although no decision has been made.
      await within(direct.listener.shutdown(), "the end of all connections");
      assertEquals(signals.filter(({ aborted }) => !aborted), []);
      decision.resolve();
      await until(() => takes.length === signals.length, "all decisions");
      assertEquals([takes.filter((taken) => taken !== undefined), direct.errors], [[], []]);
      for (const client of clients) client.destroy();
    });
  }
}
