// FoxgloveClient.subscribe() with onMessage.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { CallbackSubscription, ReceivedMessage } from "../../src/client/subscription.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { bytes, channel, settled, subscription } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const A = { id: channel(1), topic: "/a", encoding: "json", schemaName: "", schema: "" };
const ADVERTISE: ServerMessage = { op: "advertise", channels: [A] };
const SUBSCRIBE = { op: "subscribe", subscriptions: [{ id: subscription(1), channelId: channel(1) }] } as const;
const UNSUBSCRIBE = { op: "unsubscribe", subscriptionIds: [subscription(1)] } as const;
const data = (text: string): ServerMessage => ({
  op: "messageData",
  subscriptionId: subscription(1),
  timestamp: 5n,
  payload: bytes(text),
});
const textOf = ({ payload }: ReceivedMessage) => new TextDecoder().decode(payload);

Deno.test("FoxgloveClient.subscribe() calls onMessage at once, without a queue", async () => {
  const { client, peer } = await connectedClient();
  peer.says(ADVERTISE);
  const received: ReceivedMessage[] = [];
  const messages = client.subscribe("/a", { onMessage: (message) => received.push(message) });
  peer.hears(SUBSCRIBE);
  assertEquals([messages.topic, messages.channels, messages.undecodable], ["/a", [A], 0]);
  peer.says(data("x"));
  assertEquals(received, [{ channel: A, timestamp: 5n, payload: bytes("x") }]);
  assertEquals(Symbol.asyncIterator in messages, false);
  messages.close();
  peer.hears(UNSUBSCRIBE);
  peer.says(data("late"));
  assertEquals([received.length, messages.channels], [1, []]);
  messages.close();
  peer.hearsNothing();
});

Deno.test("FoxgloveClient.subscribe() ends a callback when it goes out of scope, or its signal aborts", async () => {
  const { client, peer } = await connectedClient();
  peer.says(ADVERTISE);
  {
    using _messages = client.subscribe("/a", { onMessage() {} });
    peer.hears(SUBSCRIBE);
  }
  peer.hears(UNSUBSCRIBE);
  const control = new AbortController();
  const messages = client.subscribe("/a", { onMessage() {}, signal: control.signal });
  assertEquals(messages.channels, [A]);
  control.abort();
  assertEquals(messages.channels, []);
  assertThrows(() => client.subscribe("/a", { onMessage() {}, signal: control.signal }), DOMException);
});

Deno.test("FoxgloveClient.subscribe() reports an onMessage that throws or rejects, and continues", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(ADVERTISE);
  log.take();
  const calls: string[] = [];
  client.subscribe("/a", {
    onMessage(message) {
      calls.push(`throws ${textOf(message)}`);
      throw new Error("mine");
    },
  });
  client.subscribe(() => true, {
    async onMessage(message) {
      calls.push(`rejects ${textOf(message)}`);
      await Promise.reject(new Error("also mine"));
    },
  });
  peer.says(data("1"), data("2"));
  await settled();
  assertEquals(calls, ["throws 1", "rejects 1", "throws 2", "rejects 2"]);
  assertEquals(log.take(), ["mine", "mine", "also mine", "also mine"].map((text) => ["error", text]));
  assertEquals(client.state.type, "open");
});

Deno.test("FoxgloveClient.subscribe() reports an onMessage that throws as uncaught if there is no onError", async () => {
  const { client, peer } = await connectedClient({ listener: {} });
  peer.says(ADVERTISE);
  client.subscribe("/a", {
    onMessage() {
      throw new Error("mine");
    },
  });
  const uncaught = Promise.withResolvers<unknown>();
  const onUncaught = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.resolve(event.error.message);
  };
  addEventListener("error", onUncaught);
  try {
    peer.says(data("x"));
    assertEquals(await uncaught.promise, "mine");
  } finally {
    removeEventListener("error", onUncaught);
  }
});

Deno.test("FoxgloveClient.subscribe() rejects options that onMessage has no use for", async () => {
  const { client, peer } = await connectedClient();
  for (const option of ["maxQueued", "maxQueuedBytes"]) {
    const options = { onMessage() {}, [option]: 5 };
    assertThrows(() => client.subscribe("/a", options), TypeError, `${option} has no effect with onMessage`);
  }
  const wrong = { onMessage: 5 } as never;
  assertThrows(() => client.subscribe("/a", wrong), TypeError, "onMessage must be a function, not number");
  assertThrows(() => client.subscribe(5 as never, { onMessage() {} }), TypeError, "the topic must be");
  peer.says(ADVERTISE);
  peer.hearsNothing();
  void client.close();
  assertThrows(() => client.subscribe("/a", { onMessage() {} }), ConnectionClosedError);
});

Deno.test("FoxgloveClient.subscribe() restores a callback after a reconnect", async () => {
  const { client, peer, server } = await connectedClient();
  const received: string[] = [];
  client.subscribe("/a", { onMessage: (message) => received.push(textOf(message)) });
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO, ADVERTISE, data("x"));
  assertEquals(received, ["x"]);
  void client.close();
});

Deno.test("onMessage may end its own and other subscriptions, subscribe, and close the client", async () => {
  const { client, peer } = await connectedClient();
  peer.says(ADVERTISE);
  const calls: string[] = [];
  const added: CallbackSubscription[] = [];
  const first = client.subscribe("/a", {
    onMessage() {
      calls.push("first");
      second.close();
      first.close();
      added.push(client.subscribe("/a", { onMessage: () => calls.push("added") }));
    },
  });
  const second = client.subscribe("/a", { onMessage: () => calls.push("second") });
  client.subscribe("/a", { onMessage: () => calls.push("third") });
  peer.says(data("1"));
  // The new subscription begins with the next message.
  assertEquals(calls.splice(0), ["first", "third"]);
  peer.says(data("2"));
  assertEquals(calls.splice(0), ["third", "added"]);
  client.subscribe("/a", { onMessage: () => void client.close() });
  client.subscribe("/a", { onMessage: () => calls.push("after close") });
  peer.says(data("3"), data("4"));
  assertEquals([calls, client.state.type], [["third", "added"], "closed"]);
});
