// The option `compression`: which messages the server compresses, and which clients get them. The tests use node:zlib.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { storedBlock } from "../../../src/server/direct/compressor.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { ODOM } from "../../support/conversation.ts";
import { within } from "../../support/events.ts";
import { Opcode, RawSocket, type ReceivedFrame } from "../../support/raw_socket.ts";
import { startServer } from "../../support/test_server.ts";

const OFFER = ["Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"] as const;
const ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const TAIL = Uint8Array.of(0, 0, 255, 255);
const SYNC = { finishFlush: constants.Z_SYNC_FLUSH };
const JSON_TEXT = JSON.stringify(Array.from({ length: 200 }, (_, index) => ({ index, name: `node ${index}` })));
/** Looks random, so that it does not shrink. */
const NOISE = Uint8Array.from({ length: 4000 }, (_, index) => (index * index * 2654435761) >>> 13);

/** A subscriber of a server with one channel, and the server. */
async function setUp(options: Partial<FoxgloveServerOptions> = {}, offers = true) {
  const subscribed = Promise.withResolvers<void>();
  const server = await startServer({
    transport: "direct",
    compression: true,
    capabilities: ["clientPublish"],
    supportedEncodings: ["json"],
    ...options,
    listener: { onSubscribe: () => subscribed.resolve(), ...options.listener },
  });
  const id = server.addChannel(ODOM);
  const socket = await RawSocket.connect({ port: server.addr!.port, headers: offers ? [OFFER] : [] });
  await socket.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 7, channelId: id }] }));
  await within(subscribed.promise, "the subscription");
  return {
    server,
    socket,
    send: (payload: Uint8Array | string) => server.sendMessage(id, 5n, payload),
    /** Returns the next data message. */
    async next(): Promise<ReceivedFrame> {
      for (let frame = await socket.readFrame(); frame; frame = await socket.readFrame()) {
        if ((frame.opcode & 0x0f) === Opcode.BINARY) return frame;
      }
      throw new Error("the connection has ended");
    },
    async [Symbol.asyncDispose]() {
      socket[Symbol.dispose]();
      await server.close();
    },
  };
}

/** Returns the payload of a data message. */
function payloadOf({ payload, isCompressed }: ReceivedFrame): Uint8Array {
  const message = isCompressed ? new Uint8Array(inflateRawSync(new Uint8Array([...payload, ...TAIL]), SYNC)) : payload;
  assertEquals([message[0], message[1]], [1, 7]);
  return message.subarray(13);
}

Deno.test("FoxgloveServer compresses messages from 1 KiB on for clients that offer it", async () => {
  await using test = await setUp();
  assertEquals(test.socket.headers.get("sec-websocket-extensions"), ANSWER);
  test.send(JSON_TEXT);
  test.send("small");
  const [large, small] = [await test.next(), await test.next()];
  assertEquals([large.isCompressed, new TextDecoder().decode(payloadOf(large))], [true, JSON_TEXT]);
  assertEquals(large.payload.length < JSON_TEXT.length / 3, true);
  assertEquals([small.isCompressed, new TextDecoder().decode(payloadOf(small))], [false, "small"]);
});

Deno.test("FoxgloveServer compresses large messages, which are not copied", async () => {
  await using test = await setUp();
  const payload = new Uint8Array([...NOISE, ...new Uint8Array(400_000)]);
  for (let index = 0; index < 20; index++) payload.set(NOISE, index * 20_000);
  test.send(payload);
  const frame = await test.next();
  assertEquals([frame.isCompressed, payloadOf(frame)], [true, payload]);
});

for (
  const [what, options, offers] of [
    ["a client that does not offer it", {}, false],
    ["any client without the option", { compression: false }, true],
    ["a message below minBytes", { compression: { minBytes: 100_000 } }, true],
  ] as const
) {
  Deno.test(`FoxgloveServer does not compress for ${what}`, async () => {
    await using test = await setUp(options, offers);
    test.send(JSON_TEXT);
    const frame = await test.next();
    assertEquals([frame.isCompressed, new TextDecoder().decode(payloadOf(frame))], [false, JSON_TEXT]);
    const isNegotiated = test.socket.headers.has("sec-websocket-extensions");
    assertEquals(isNegotiated, "compression" in options && options.compression !== false);
  });
}

Deno.test("FoxgloveServer sends messages that do not shrink as they are", async () => {
  await using test = await setUp();
  test.send(NOISE);
  const frame = await test.next();
  assertEquals([frame.isCompressed, payloadOf(frame)], [false, NOISE]);
});

Deno.test("FoxgloveServer does not compress messages of a channel with compress: false", async () => {
  const subscribed = Promise.withResolvers<void>();
  await using server = await startServer({
    transport: "direct",
    compression: true,
    listener: { onSubscribe: () => subscribed.resolve() },
  });
  const id = server.addChannel({ ...ODOM, compress: false });
  using socket = await RawSocket.connect({ port: server.addr!.port, headers: [OFFER] });
  await socket.sendText(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 7, channelId: id }] }));
  await within(subscribed.promise, "the subscription");
  server.sendMessage(id, 5n, JSON_TEXT);
  let frame = await socket.readFrame();
  while (frame?.opcode !== Opcode.BINARY) frame = await socket.readFrame();
  assertEquals(frame.isCompressed, false);
});

Deno.test("FoxgloveServer reads compressed messages of clients", async () => {
  const heard = Promise.withResolvers<string>();
  await using test = await setUp({
    listener: {
      onClientMessage: (_server, _channelId, payload) => heard.resolve(new TextDecoder().decode(payload)),
    },
  });
  const deflated = (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes, SYNC)).slice(0, -4);
  const advertise = { op: "advertise", channels: [{ id: 1, topic: "/up", encoding: "json", schemaName: "" }] };
  const text = deflated(new TextEncoder().encode(JSON.stringify(advertise)));
  await test.socket.sendFrame({ opcode: 0x40 | Opcode.TEXT, payload: text });
  const message = new Uint8Array([1, 1, 0, 0, 0, ...new TextEncoder().encode(JSON_TEXT)]);
  await test.socket.sendFrame({ opcode: 0x40 | Opcode.BINARY, payload: deflated(message) });
  assertEquals(await within(heard.promise, "the message"), JSON_TEXT);
});

Deno.test("FoxgloveServer disconnects a client whose message is too large after decompression", async () => {
  await using test = await setUp({ maxMessageBytes: 1_000_000 });
  const bomb = new Uint8Array(deflateRawSync(new Uint8Array(50_000_000), SYNC)).slice(0, -4);
  assertEquals(bomb.length < 100_000, true);
  await test.socket.sendFrame({ opcode: 0x40 | Opcode.BINARY, payload: bomb });
  let frame = await test.socket.readFrame();
  while (frame && frame.opcode !== Opcode.CLOSE) frame = await test.socket.readFrame();
  assertEquals([frame?.payload[0], frame?.payload[1]], [1009 >> 8, 1009 & 255]);
});

Deno.test("storedBlock() returns bytes that precede other blocks", () => {
  const head = Uint8Array.from({ length: 13 }, (_, index) => index);
  const rest = new Uint8Array(deflateRawSync(new TextEncoder().encode(JSON_TEXT), SYNC));
  const whole = new Uint8Array(inflateRawSync(new Uint8Array([...storedBlock(head), ...rest]), SYNC));
  assertEquals([whole.subarray(0, 13), new TextDecoder().decode(whole.subarray(13))], [head, JSON_TEXT]);
});

for (
  const [options, text] of [
    [{ transport: "native", compression: true }, '"compression" requires the transport "direct"'],
    [{ transport: "direct", compression: { level: 10 } }, "compression.level"],
    [{ transport: "direct", compression: { minBytes: -1 } }, "compression.minBytes"],
  ] as const
) {
  Deno.test(`FoxgloveServer rejects ${JSON.stringify(options)}`, () => {
    assertThrows(() => new FoxgloveServer({ name: "x", ...options }), Error, text);
  });
}
