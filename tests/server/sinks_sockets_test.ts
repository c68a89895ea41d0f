// Sinks of a server with real clients: neither affects the other.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import type { MessageSink } from "../../src/server/delivery/message_sink.ts";
import { settled } from "../support/conversation.ts";
import { within } from "../support/events.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { startServer } from "../support/test_server.ts";

const MESSAGES = 500;
/** Large, so that frames are shared with the queues of clients. */
const BYTES = 64 * 1024;

/** Returns the message with this number: all its bytes depend on it. */
function messageOf(index: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BYTES).fill(index % 256);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

/** Returns the number of a message, or -1 if it is not intact. Looks at each 61st byte, because all would take long. */
function indexOf(payload: Uint8Array): number {
  if (payload.byteLength !== BYTES) return -1;
  const index = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
  for (let at = 4; at < BYTES; at += 61) if (payload[at] !== index % 256) return -1;
  return index;
}

Deno.test("R02 a sink gets every message intact while one client reads and another one is stuck", async () => {
  await using server = await startServer({ logger: false, maxQueuedMessages: 10 });
  const id = server.addChannel({ topic: "/camera", encoding: "x", delivery: "dropOldest" });
  const recorded: number[] = [];
  const sink: MessageSink = {
    channelAdded() {},
    channelRemoved() {},
    message: (_channelId, timestamp, payload) => void recorded.push(timestamp === 7n ? indexOf(payload) : -2),
  };
  server.addSink(sink);

  using stuck = await RawSocket.connect({ port: server.addr?.port ?? 0 });
  await stuck.sendText(`{"op":"subscribe","subscriptions":[{"id":1,"channelId":${id}}]}`);
  await using client = await FoxgloveClient.connect(server.url!);
  const seen: number[] = [];
  const last = Promise.withResolvers<void>();
  client.subscribe("/camera", {
    onMessage: ({ payload }) => {
      const index = indexOf(payload);
      seen.push(index);
      if (index === MESSAGES - 1) last.resolve();
    },
  });
  while (server.stats().subscriptions < 2) await settled();

  const buffer = new Uint8Array(BYTES);
  for (let index = 0; index < MESSAGES; index++) {
    // The caller may reuse its memory at once.
    buffer.set(messageOf(index));
    server.sendMessage(id, 7n, buffer);
    buffer.fill(0xee);
    if (index % 5 === 0) await settled();
  }
  await within(last.promise, "the last message");
  assertEquals(recorded, Array.from({ length: MESSAGES }, (_, index) => index));
  assertEquals([seen.includes(-1), seen.toSorted((one, other) => one - other)], [false, seen]);
  const [ofStuck] = server.stats().clients;
  assertEquals((ofStuck?.drops.queue ?? 0) > 0, true);
  assertEquals(server.stats().sinks, [{ sink, messages: MESSAGES, bytes: MESSAGES * BYTES }]);
});
