// The time to receive a message, compared with npm's @foxglove/ws-protocol, with fake sockets.

import protocol from "npm:@foxglove/ws-protocol@0.8.0";
import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient, type ReceivedMessage } from "../src/client/mod.ts";
import { encodeServerMessage, type SubscriptionId } from "../src/protocol/mod.ts";
import { FIRST_MESSAGES, subscriptionOf } from "./servers/greeting.ts";
import { FakeSocket } from "./support/fake_socket.ts";
import { SIZES } from "./support/sizes.ts";

/** Messages for each iteration. That many may arrive in one turn of the event loop. */
const BATCH = 1000;

for (const { bytes, label } of SIZES.slice(0, 2)) {
  const group = `receive ${BATCH} messages of ${label}`;
  const npm = await npmClient(bytes);
  const ours = await ourClient(bytes, loop);
  const callback = await ourClient(bytes, (client, onMessage) => void client.subscribe("/bench", { onMessage }));
  for (const client of [npm, ours, callback]) {
    await client.receiveBatch();
    assertEquals([client.messages(), client.bytes()], [BATCH, BATCH * bytes]);
  }
  Deno.bench({ name: "npm's client, with an event for each message", group, baseline: true, fn: npm.receiveBatch });
  Deno.bench({ name: "our client, `for await` over a subscription", group, fn: ours.receiveBatch });
  Deno.bench({ name: "our client, `onMessage`", group, fn: callback.receiveBatch });
}

interface Receiver {
  /** Delivers a batch, and waits until the program has received it. */
  receiveBatch(): Promise<void>;
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
  for (const data of FIRST_MESSAGES) socket.onmessage({ data });
  await promise;
  let messages = 0;
  let bytes = 0;
  client.on("message", ({ data }) => {
    messages += 1;
    bytes += data.byteLength;
  });
  return { receiveBatch: receiver(socket, payloadBytes, () => messages), messages: () => messages, bytes: () => bytes };
}

type OnMessage = (message: ReceivedMessage) => void;

async function loop(client: FoxgloveClient, onMessage: OnMessage): Promise<void> {
  for await (const message of client.subscribe("/bench")) onMessage(message);
}

/** `subscribe` calls its second argument with each message. */
async function ourClient(
  payloadBytes: number,
  subscribe: (client: FoxgloveClient, onMessage: OnMessage) => void,
): Promise<Receiver> {
  const socket = new FakeSocket();
  const connecting = FoxgloveClient.connect("ws://fake", { createWebSocket: () => socket });
  socket.onopen({});
  for (const data of FIRST_MESSAGES) socket.onmessage({ data });
  const client = await connecting;
  let messages = 0;
  let bytes = 0;
  subscribe(client, ({ payload }) => {
    messages += 1;
    bytes += payload.byteLength;
  });
  return { receiveBatch: receiver(socket, payloadBytes, () => messages), messages: () => messages, bytes: () => bytes };
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
      // Platforms run promise callbacks between two messages.
      await undefined;
    }
    while (messages() < end) await undefined;
  };
}
