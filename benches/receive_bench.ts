// What one message costs a client that receives it, beside npm's @foxglove/ws-protocol: their sockets are fakes.

import protocol from "npm:@foxglove/ws-protocol@0.8.0";
import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../src/client/mod.ts";
import { encodeServerMessage, type SubscriptionId } from "../src/protocol/mod.ts";
import { GREETING, subscriptionOf } from "./servers/greeting.ts";
import { FakeSocket } from "./support/fake_socket.ts";
import { SIZES } from "./support/sizes.ts";

/** Messages for each iteration: so many may come in one turn of the event loop. */
const BATCH = 1000;

for (const { bytes, label } of SIZES.slice(0, 2)) {
  const group = `receive ${BATCH} messages of ${label}`;
  const npm = await npmClient(bytes);
  const ours = await ourClient(bytes);
  for (const client of [npm, ours]) {
    await client.receive();
    assertEquals([client.messages(), client.bytes()], [BATCH, BATCH * bytes]);
  }
  Deno.bench({ name: "npm's client, an event for each", group, baseline: true, fn: npm.receive });
  Deno.bench({ name: "our client, `for await` over a subscription", group, fn: ours.receive });
}

interface Receiver {
  /** Has a batch come, and waits until the program has had it. */
  receive(): Promise<void>;
  messages(): number;
  bytes(): number;
}

async function npmClient(payloadBytes: number): Promise<Receiver> {
  const socket = new FakeSocket();
  const client = new protocol.FoxgloveClient({ ws: socket as never });
  const { promise, resolve } = Promise.withResolvers<void>();
  client.on("advertise", ([channel]) => {
    client.subscribe(channel!.id);
    resolve();
  });
  for (const data of GREETING) socket.onmessage({ data });
  await promise;
  let messages = 0;
  let bytes = 0;
  client.on("message", ({ data }) => {
    messages += 1;
    bytes += data.byteLength;
  });
  return { receive: receiver(socket, payloadBytes, () => messages), messages: () => messages, bytes: () => bytes };
}

async function ourClient(payloadBytes: number): Promise<Receiver> {
  const socket = new FakeSocket();
  const connecting = FoxgloveClient.connect("ws://fake", { createWebSocket: () => socket });
  socket.onopen({});
  for (const data of GREETING) socket.onmessage({ data });
  const client = await connecting;
  let messages = 0;
  let bytes = 0;
  void (async () => {
    for await (const { payload } of client.subscribe("/bench")) {
      messages += 1;
      bytes += payload.byteLength;
    }
  })();
  return { receive: receiver(socket, payloadBytes, () => messages), messages: () => messages, bytes: () => bytes };
}

function receiver(socket: FakeSocket, payloadBytes: number, messages: () => number): () => Promise<void> {
  const subscriptionId = subscriptionOf(String(socket.sent)) as SubscriptionId;
  const payload = new Uint8Array(payloadBytes).fill(5);
  const frame = encodeServerMessage({ op: "messageData", subscriptionId, timestamp: 5n, payload });
  const { buffer: data } = frame as Uint8Array<ArrayBuffer>;
  return async () => {
    const end = messages() + BATCH;
    for (let index = 0; index < BATCH; index++) {
      socket.onmessage({ data });
      // Platforms let promises go on between two messages.
      await undefined;
    }
    while (messages() < end) await undefined;
  };
}
