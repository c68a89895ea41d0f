// FoxgloveServer with the transport "direct": what only this transport can do. The other tests of the server run with
// it too: deno task test:direct.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { CLOCK } from "../../../src/clock.ts";
import { FoxgloveClient } from "../../../src/client/mod.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { bytes, ODOM, settled } from "../../support/conversation.ts";
import { once, within } from "../../support/events.ts";
import { Opcode, RawSocket } from "../../support/raw_socket.ts";
import { TestClock } from "../../support/test_clock.ts";
import { USES_WORKERS } from "../../support/transport.ts";
import { recordingLogger, startServer } from "../../support/test_server.ts";

const direct = { transport: "direct" } as const;

Deno.test("FoxgloveServer sends small and large messages in order with the transport direct", async () => {
  await using server = await startServer(direct);
  await using client = await FoxgloveClient.connect(server.url!, { reconnect: false });
  const large = "x".repeat(3_000_000);
  server.publish("/count", { n: 0, text: "" }, { latch: true });
  const counts: number[] = [];
  for await (const { value } of client.subscribe("/count").json<{ n: number; text: string }>()) {
    if (value.n === 0) { for (let n = 1; n <= 9; n++) server.publish("/count", { n, text: n % 3 === 0 ? large : "" }); }
    counts.push(value.n, value.text.length);
    if (value.n === 9) break;
  }
  assertEquals(counts, [0, 0, 1, 0, 2, 0, 3, 3_000_000, 4, 0, 5, 0, 6, 3_000_000, 7, 0, 8, 0, 9, 3_000_000]);
});

Deno.test("FoxgloveServer.reloadCertificate() keeps the clients with the transport direct", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const { logger, lines } = recordingLogger();
  await using server = await startServer({ ...before, ...direct, logger });
  const connect = (cert: string) => {
    const client = Deno.createHttpClient({ caCerts: [cert] });
    const socket = new WebSocket(`wss://localhost:${server.addr?.port}`, { client } as WebSocketOptions);
    return { socket, [Symbol.dispose]: () => (socket.close(), client.close()) };
  };
  using old = connect(before.cert);
  await once(old.socket, "message");
  await server.reloadCertificate(after);
  assertEquals([server.clients.size, old.socket.readyState], [1, WebSocket.OPEN]);
  assertEquals(lines.at(-1), `info: Listening on ${server.url?.replace(/:\d+$/, "")} with a new certificate`);

  using suspicious = connect(before.cert);
  await once(suspicious.socket, "error");
  using next = connect(after.cert);
  await once(next.socket, "message");
  server.sendStatus(0, "still here");
  assertEquals(JSON.parse((await once<MessageEvent>(old.socket, "message")).data).message, "still here");
  await assertRejects(() => server.reloadCertificate({ ...after, key: before.key }), TypeError);
  assertEquals(server.clients.size, 2);
});

// Workers do not use the clock of the test.
Deno.test("FoxgloveServer measures round trips with the transport direct", { ignore: USES_WORKERS }, async () => {
  const clock = new TestClock();
  await using server = await startServer({ ...direct, [CLOCK]: clock });
  using socket = await RawSocket.connect({ port: server.addr!.port });
  await socket.readFrame();
  await socket.readFrame();
  const [info] = server.clients.values();
  assertEquals([info?.roundTripMs, server.stats().clients[0]?.roundTripMs], [undefined, undefined]);
  clock.advance(1000);
  const ping = await socket.readFrame();
  assertEquals(ping?.opcode, Opcode.PING);
  clock.advance(25);
  await socket.sendFrame({ opcode: Opcode.PONG, payload: ping!.payload });
  await socket.sendFrame({ opcode: Opcode.PING, payload: bytes("done") });
  assertEquals((await socket.readFrame())?.opcode, Opcode.PONG);
  assertEquals([info?.roundTripMs, server.stats().clients[0]?.roundTripMs], [25, 25]);
  const { count, sumSeconds } = server.stats().roundTrips;
  assertEquals([count, sumSeconds], [1, 0.025]);
});

Deno.test("FoxgloveServer ends the connection of a client that does not read at once with the transport direct", {
  ignore: USES_WORKERS,
}, async () => {
  const clock = new TestClock();
  const subscribed = Promise.withResolvers<void>();
  const { logger, lines } = recordingLogger();
  await using server = await startServer({
    ...direct,
    logger,
    [CLOCK]: clock,
    stuckAfterMs: 5000,
    idleTimeoutMs: 0,
    listener: { onSubscribe: () => subscribed.resolve() },
  });
  const id = server.addChannel(ODOM);
  using socket = await RawSocket.connect({ port: server.addr!.port });
  await socket.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId: id }] }));
  await within(subscribed.promise, "the subscription");
  server.sendMessage(id, 1n, new Uint8Array(30 << 20));
  for (let second = 0; second < 7; second++) clock.advance(1000);
  await settled();
  assertEquals([server.clients.size, server.stats().disconnections.stuck], [0, 1]);
  assertEquals(lines.filter((line) => line.startsWith("warn:")), [
    "warn: Client 1 has stopped reading and is disconnected",
  ]);
  // What the client had not read is gone.
  let received = 0;
  try {
    for (let frame = await socket.readFrame(); frame; frame = await socket.readFrame()) {
      received += frame.payload.length;
    }
  } catch {
    // The connection was reset.
  }
  assertEquals(received < 30 << 20, true);
});

Deno.test("FoxgloveServer rejects an unknown transport", () => {
  assertThrows(
    () => new FoxgloveServer({ name: "x", transport: "fast" as "direct" }),
    TypeError,
    'Cannot create a server: "transport" is "fast", not "native" or "direct"',
  );
});

Deno.test("FoxgloveServer.start() reports a port that is in use with the transport direct", async () => {
  await using first = await startServer(direct);
  const second = new FoxgloveServer({ name: "second", port: first.addr!.port, ...direct });
  const error = await assertRejects(() => second.start(), Error, "the port is in use");
  assertEquals((error as { code?: string }).code, "EADDRINUSE");
});

Deno.test("FoxgloveServer.close() during start() ends the listener with the transport direct", async () => {
  const server = new FoxgloveServer({ name: "short", port: 0, ...direct });
  const started = server.start();
  await assertRejects(() => server.start(), TypeError, "it is already starting");
  const closed = server.close();
  await assertRejects(() => started, TypeError, "it has been closed");
  await closed;
  assertEquals(server.addr, undefined);
});
