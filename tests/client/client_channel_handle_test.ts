// FoxgloveClient.channel().

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Encoder } from "../../src/codecs/codec.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { VOLTS, type Volts } from "../support/codecs.ts";
import { bytes, clientChannel } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const INFO = { ...FULL_SERVER_INFO, supportedEncodings: ["volts", "json"] };
const CHANNEL = {
  id: clientChannel(1),
  topic: "/a",
  encoding: "volts",
  schemaName: "Volts",
  schemaEncoding: "text",
  schema: "uint8 volts",
};

Deno.test("FoxgloveClient.channel() advertises the schema of its encoder, and sends encoded values", async () => {
  const { client, peer } = await connectedClient({}, INFO);
  const channel = client.channel("/a", VOLTS);
  assertEquals([channel.id, channel.topic, channel.isAdvertised], [clientChannel(1), "/a", true]);
  peer.hears({ op: "advertise", channels: [CHANNEL] });
  assertEquals(channel.send({ volts: 5 }), true);
  peer.hears({ op: "messageData", channelId: channel.id, payload: Uint8Array.of(5) });
  channel.close();
  peer.hears({ op: "unadvertise", channelIds: [channel.id] });
  assertEquals(channel.isAdvertised, false);
  channel.close();
  peer.hearsNothing();
  assertThrows(() => channel.send({ volts: 5 }), RangeError, 'Cannot publish on "/a": the channel is closed');
  void client.close();
  assertEquals(channel.send({ volts: 5 }), false);
});

Deno.test("FoxgloveClient.channel() removes the channel when it goes out of scope", async () => {
  const { client, peer } = await connectedClient({}, INFO);
  {
    using _channel = client.channel("/a", VOLTS);
  }
  assertEquals([peer.takes().op, peer.takes().op], ["advertise", "unadvertise"]);
});

Deno.test("FoxgloveClient.channel() names a schema without a name after the topic", async () => {
  const { client, peer } = await connectedClient({}, INFO);
  const { schemaEncoding: _none, ...encoder } = { ...VOLTS, schemaName: "", schema: "" };
  client.channel("/left/motor", encoder);
  const channel = {
    id: clientChannel(1),
    topic: "/left/motor",
    encoding: "volts",
    schemaName: "left/motor",
    schema: "",
  };
  peer.hears({ op: "advertise", channels: [channel] });
});

Deno.test("ClientChannelHandle.send() passes the time to the encoder, and calls check() until a value passes", async () => {
  const { client, peer } = await connectedClient({}, INFO);
  const checked: unknown[] = [];
  const encoder: Encoder<Volts> = {
    ...VOLTS,
    encode: (_value, { timestamp }) => String(timestamp),
    check(value) {
      checked.push(value);
      if ("amperes" in value) throw new TypeError('unknown member "amperes"');
    },
  };
  const channel = client.channel("/a", encoder);
  peer.takes();
  const wrong = { volts: 1, amperes: 2 };
  for (let count = 0; count < 2; count++) {
    assertThrows(() => channel.send(wrong), TypeError, 'Cannot publish on "/a": unknown member "amperes"');
  }
  peer.hearsNothing();
  channel.send({ volts: 1 }, { timestamp: 5n });
  peer.hears({ op: "messageData", channelId: channel.id, payload: bytes("5") });
  channel.send(wrong);
  assertEquals(checked, [wrong, wrong, { volts: 1 }]);
  const message = peer.takes();
  const time = message.op === "messageData" && BigInt(new TextDecoder().decode(message.payload));
  assertEquals(typeof time === "bigint" && time > 1_700_000_000_000_000_000n, true);
});

Deno.test("ClientChannelHandle.send() drops values that cannot be sent, but throws for those that cannot be encoded", async () => {
  const { client, peer, server, log } = await connectedClient({ maxBufferedBytes: 100 }, FULL_SERVER_INFO);
  const wrong = { volts: "5" } as never;
  const channel = client.channel("/a", VOLTS);
  assertEquals(log.take(), [["warning", 'Cannot advertise "/a": the server does not support encoding "volts"']]);
  const isDropped = () => {
    assertEquals(channel.send({ volts: 5 }), false);
    assertThrows(() => channel.send(wrong), TypeError, 'Cannot publish on "/a": "volts" must be a number');
  };
  assertEquals(channel.isAdvertised, false);
  isDropped();
  peer.hearsNothing();
  peer.leaves();
  isDropped();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(INFO);
  again.hears({ op: "advertise", channels: [CHANNEL] });
  assertEquals([channel.isAdvertised, channel.send({ volts: 5 })], [true, true]);
  again.takes();
  again.bufferedAmount = 101;
  isDropped();
  void client.close();
  isDropped();
  assertThrows(() => client.channel("/b", VOLTS), ConnectionClosedError, "the client is closed");
});

Deno.test("FoxgloveClient.channel() throws for an encoder with wrong members", async () => {
  const { client, peer } = await connectedClient({}, INFO);
  assertThrows(() => client.channel("/a", { ...VOLTS, encoding: 5 } as never), TypeError, "encoding");
  assertThrows(() => client.channel("/a", { ...VOLTS, schema: 5 } as never), TypeError, "schema must be text or bytes");
  peer.hearsNothing();
});
