// FoxgloveClient.subscribe() with a codec.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Decoder } from "../../src/codecs/codec.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { VOLTS, VOLTS_JSON } from "../support/codecs.ts";
import { bytes, channel, subscription } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const A: Channel = { id: channel(1), topic: "/a", encoding: "volts", schemaName: "Volts", schema: "uint8 volts" };
const advertise = (...channels: Channel[]): ServerMessage => ({ op: "advertise", channels });
const data = (id: number, payload: Uint8Array): ServerMessage => ({
  op: "messageData",
  subscriptionId: subscription(id),
  timestamp: 5n,
  payload,
});

Deno.test("FoxgloveClient.subscribe() with a codec delivers messages with decoded values", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(A));
  const messages = client.subscribe("/a", VOLTS, { maxQueued: 2 });
  assertEquals([messages.topic, messages.channels], ["/a", [A]]);
  for (const volts of [1, 2, 3]) peer.says(data(1, Uint8Array.of(volts)));
  assertEquals([messages.queued, messages.dropped], [2, 1]);
  const payload = Uint8Array.of(2);
  assertEquals((await messages.next()).value, { channel: A, timestamp: 5n, payload, value: { volts: 2 } });
  for await (const { value } of messages) {
    assertEquals(value.volts, 3);
    break;
  }
  assertEquals([messages.channels, await messages.next()], [[], { done: true, value: undefined }]);
});

Deno.test("FoxgloveClient.subscribe() with a codec and onMessage passes the value", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(advertise(A));
  log.take();
  const received: unknown[] = [];
  const messages = client.subscribe("/a", VOLTS, {
    onMessage: ({ value, timestamp }) => received.push(value, timestamp),
  });
  peer.says(data(1, Uint8Array.of(7)), data(1, new Uint8Array()), data(1, new Uint8Array()));
  assertEquals([received, messages.undecodable], [[{ volts: 7 }, 5n], 2]);
  assertEquals(log.take(), [
    ["error", 'Cannot decode a message of "/a"'],
    ["warning", 'Cannot decode a message of "/a": it is skipped and counted in "undecodable"'],
    ["error", 'Cannot decode a message of "/a"'],
  ]);
  assertThrows(() => client.subscribe("/a", VOLTS, { onMessage() {}, maxQueued: 1 } as never), TypeError, "maxQueued");
});

Deno.test("FoxgloveClient.subscribe() with a codec decodes JSON channels by codec.json, or as plain JSON", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise({ ...A, encoding: "json" }));
  const converted = client.subscribe("/a", VOLTS);
  const { json: _none, ...withoutJson } = VOLTS;
  const plain = client.subscribe("/a", withoutJson);
  peer.says(data(1, bytes('{"millivolts":1500}')));
  const values: unknown[] = [(await converted.next()).value?.value, (await plain.next()).value?.value];
  assertEquals(values, [{ volts: 1.5 }, { millivolts: 1500 }]);
});

Deno.test("Y06 FoxgloveClient.subscribe() with a codec reports a channel of another encoding once, and does not subscribe", async () => {
  const { client, peer, server, log } = await connectedClient();
  const messages = client.subscribe("/a", VOLTS);
  const cdr = { ...A, encoding: "cdr" };
  const expected = ["error", 'Cannot decode "/a": its encoding is "cdr", not "volts"'];
  peer.says(advertise(cdr), advertise(cdr));
  assertEquals(log.take(), [expected, ["advertise", ["/a"]]]);
  peer.hearsNothing();
  assertEquals(messages.channels, []);
  // The server corrects the channel.
  peer.says(advertise(A));
  peer.hears({ op: "subscribe", subscriptions: [{ id: subscription(1), channelId: channel(1) }] });
  assertEquals(messages.channels, [A]);
  // And breaks it again.
  log.take();
  peer.says(advertise(cdr));
  peer.hears({ op: "unsubscribe", subscriptionIds: [subscription(1)] });
  assertEquals(log.take()[0], expected);
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  log.take();
  again.says(FULL_SERVER_INFO, advertise(cdr));
  assertEquals(log.take().filter(([kind]) => kind === "error"), [expected]);
});

Deno.test("FoxgloveClient.subscribe() with a codec does not subscribe to channels of another schema", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(advertise({ ...A, schemaName: "Amperes" }, { ...A, id: channel(2), topic: "/b", schemaName: "" }));
  log.take();
  const messages = client.subscribe(() => true, VOLTS);
  assertEquals(log.take(), [["error", 'Cannot decode "/a": its schema is "Amperes", not "Volts"']]);
  // A channel without a schema cannot be compared.
  assertEquals(messages.channels.map(({ topic }) => topic), ["/b"]);
  const decoder: Decoder<number> = { encoding: "volts", decode: ([byte = 0]) => byte };
  const any = client.subscribe("/a", decoder);
  peer.says(data(2, Uint8Array.of(9)));
  assertEquals([(await any.next()).value?.value, log.take()], [9, []]);
});

Deno.test("FoxgloveClient.subscribe() with a codec decodes JSON of another schema, and warns once", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(advertise({ ...A, encoding: "json", schemaName: "Amperes" }));
  log.take();
  const messages = client.subscribe("/a", VOLTS_JSON);
  peer.says(data(1, bytes('{"volts":1}')), data(1, bytes('{"volts":2}')));
  assertEquals([(await messages.next()).value?.value, (await messages.next()).value?.value], [{ volts: 1 }, {
    volts: 2,
  }]);
  assertEquals(log.take(), [["warning", 'Decoding "/a" although its schema is "Amperes", not "Volts"']]);
  const unnamed = { ...VOLTS_JSON, schemaName: "" };
  assertEquals([client.subscribe("/a", unnamed).channels.length, log.take()], [1, []]);
});

Deno.test("FoxgloveClient.subscribe() with a codec calls decode() as a method", async () => {
  class Scaled implements Decoder<number> {
    readonly encoding = "volts";
    readonly #scale = 10;
    decode(payload: Uint8Array): number {
      return payload[0]! * this.#scale;
    }
  }
  const { client, peer } = await connectedClient();
  peer.says(advertise(A));
  const messages = client.subscribe("/a", new Scaled());
  peer.says(data(1, Uint8Array.of(4)));
  assertEquals((await messages.next()).value?.value, 40);
});

Deno.test("A hook that reports a message that cannot be decoded may close the subscription", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(A));
  const messages = client.subscribe("/a", VOLTS, { onMessage: () => calls.push("message") });
  const calls: string[] = [];
  client.addListener({
    onError() {
      calls.push("error");
      messages.close();
    },
  });
  peer.says(data(1, new Uint8Array()), data(1, Uint8Array.of(1)));
  assertEquals(calls, ["error"]);
});
