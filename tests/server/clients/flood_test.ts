// Clients that send too much, over real sockets: the status and close code they get, and that others are not affected.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { CLOCK } from "../../../src/clock.ts";
import { encodeClientMessage } from "../../../src/protocol/encode.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { clientFrames } from "../../support/client_frames.ts";
import { bytes } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { Opcode, RawSocket } from "../../support/raw_socket.ts";
import { STILL_CLOCK } from "../../support/test_clock.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { TRANSPORT_OPTIONS } from "../../support/transport.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

/** A server on a free port that records the clients that disconnect. */
async function started(
  options: Partial<FoxgloveServerOptions>,
): Promise<{ server: FoxgloveServer; left: Queue<number> }> {
  const left = new Queue<number>("a disconnected client");
  const server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    capabilities: ["assets"],
    listener: {
      onFetchAsset: () => new Uint8Array([42]),
      onClientDisconnect: (_server, { client }) => left.push(client.id),
    },
    ...options,
    ...{ [CLOCK]: STILL_CLOCK },
  });
  await server.start();
  return { server, left };
}

/** Returns the last text before the server closed the socket, and how it closed. */
async function lastMessage(socket: RawSocket): Promise<{ said: string; code: number; reason: string }> {
  let said = "";
  for (;;) {
    const frame = await within(socket.readFrame(), "the close frame");
    if (!frame) throw new Error("The connection ended without a close frame");
    if (frame.opcode === Opcode.TEXT) said = new TextDecoder().decode(frame.payload);
    if (frame.opcode !== Opcode.CLOSE) continue;
    const code = new DataView(frame.payload.buffer).getUint16(0);
    return { said, code, reason: new TextDecoder().decode(frame.payload.subarray(2)) };
  }
}

Deno.test("H12 FoxgloveServer answers a message above maxMessageBytes with an ERROR, then 1009", async () => {
  const { server, left } = await started({ maxMessageBytes: 1000 });
  await using _server = server;
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await socket.sendBinary(new Uint8Array(1001));
  const { said, ...closed } = await lastMessage(socket);
  assertStringIncludes(said, "maxMessageBytes");
  assertEquals(closed, { code: 1009, reason: "message too big" });
  await left.next();
  assertEquals(server.clients.size, 0);
});

Deno.test("H12 FoxgloveServer answers fragments that exceed the limit only together with an ERROR, then 1009", async () => {
  const { server } = await started({ maxMessageBytes: 1000 });
  await using _server = server;
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await socket.sendFrame({ opcode: Opcode.BINARY, payload: new Uint8Array(501), fin: false });
  await socket.sendFrame({ opcode: Opcode.CONTINUATION, payload: new Uint8Array(500) });
  const { said, code } = await lastMessage(socket);
  assertStringIncludes(said, "maxMessageBytes");
  assertEquals(code, 1009);
});

Deno.test("FoxgloveServer sends an ERROR, then 1008, to a client that sends too fast", async () => {
  const { server, left } = await started({ maxMessagesPerSecond: 5 });
  await using _server = server;
  using socket = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  // More messages would end the connection before the client can read the status.
  for (let count = 0; count < 11; count++) await socket.sendText("hello");
  const { said, ...closed } = await lastMessage(socket);
  assertStringIncludes(said, "maxMessagesPerSecond");
  assertEquals(closed, { code: 1008, reason: "sends too much" });
  await left.next();
  assertEquals([server.clients.size, server.stats().disconnections.excess], [0, 1]);
});

Deno.test("FoxgloveServer answers more calls in one packet than maxPendingRequests if its hook answers at once", async () => {
  await using server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    capabilities: ["services"],
    listener: { onServiceRequest: (_server, _serviceId, callId) => `${callId}` },
  });
  const serviceId = server.addService({ name: "/reset", type: "Reset", request: SIDE, response: SIDE });
  const { port } = await server.start();
  using socket = await RawSocket.connect({ port });
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  const calls = ids.map((callId) => {
    const call = { op: "serviceCallRequest", serviceId, callId, encoding: "json", payload: bytes("{}") } as const;
    return { opcode: Opcode.BINARY, payload: encodeClientMessage(call) };
  });
  await socket.sendBytes(clientFrames(...calls));
  const answered: number[] = [];
  while (answered.length < ids.length) {
    const frame = await within(socket.readFrame(), "a response");
    if (frame?.opcode === Opcode.BINARY) answered.push(new DataView(frame.payload.buffer).getUint32(5, true));
    else assertEquals(new TextDecoder().decode(frame?.payload).includes("serviceCallFailure"), false);
  }
  assertEquals(answered, ids);
});

Deno.test("FoxgloveServer disconnects a client that floods it with garbage, and keeps answering another client", async () => {
  const { logger, lines } = recordingLogger();
  const { server, left } = await started({ maxMessagesPerSecond: 500, logger });
  await using _server = server;
  const app = new WebSocket(server.url ?? "", ["foxglove.sdk.v1"]);
  app.binaryType = "arraybuffer";
  const answers = new Queue<ArrayBuffer>("an asset");
  app.onmessage = ({ data }) => {
    if (typeof data !== "string") answers.push(data);
  };
  await once(app, "open");
  const flooder = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  // A hundred masked text messages of "x". The mask is zero.
  const burst = new Uint8Array(700).map((_, index) => [0x81, 0x81, 0, 0, 0, 0, 0x78][index % 7] ?? 0);
  const flooded = (async () => {
    try {
      for (;;) await flooder.sendBytes(burst);
    } catch (error) {
      return error;
    }
  })();
  for (let fetched = 0; fetched < 20 || left.size === 0; fetched++) {
    app.send(JSON.stringify({ op: "fetchAsset", uri: "package://a", requestId: fetched }));
    const answer = new DataView(await answers.next());
    assertEquals([answer.getUint8(0), answer.getUint32(1, true), answer.getUint8(5)], [4, fetched, 0]);
  }
  assertEquals(left.take(), 2);
  // The client may not have read the status, but the connection has ended.
  assertEquals(await within(flooded, "the end of the flood") instanceof Error, true);
  flooder.close();
  assertEquals([server.clients.size, server.stats().disconnections.excess], [1, 1]);
  assertEquals(lines.filter((line) => line.startsWith("warn")), ["warn: Client 2 sends too much and is disconnected"]);
  const closed = once<CloseEvent>(app, "close");
  await server.close();
  assertEquals((await closed).code, 1001);
});
