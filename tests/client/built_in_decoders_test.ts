// Subscription.decoded() without the option `decoders`.

import { assertEquals } from "@std/assert/equals";
import { protobuf } from "../../src/codecs/protobuf/protobuf.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { BATTERY_PROTO } from "../support/battery_proto.ts";
import { bytes, channel, settled, subscription } from "../support/conversation.ts";
import { connectedClient } from "../support/fake_server.ts";

const { schema: DESCRIPTOR } = BATTERY_PROTO;
const BATTERY: Channel = { ...BATTERY_PROTO, id: channel(1), topic: "/battery" };
const data = (id: number, payload: Uint8Array): ServerMessage => ({
  op: "messageData",
  subscriptionId: subscription(id),
  timestamp: 5n,
  payload,
});

function payloadOf(value: { volts: number; name: string }): Uint8Array {
  return protobuf({ descriptor: DESCRIPTOR, type: "robot.Battery" }).encode(value, { timestamp: 0n }) as Uint8Array;
}

Deno.test("Subscription.decoded() decodes protobuf by the channel's descriptor, and JSON", async () => {
  const { client, peer, log } = await connectedClient();
  const json = { ...BATTERY, id: channel(2), topic: "/text", encoding: "json", schema: "" };
  peer.says({ op: "advertise", channels: [BATTERY, json] });
  log.take();
  const values = client.subscribe(() => true).decoded();
  peer.says(data(1, payloadOf({ volts: 12.6, name: "left" })), data(2, bytes('{"volts":1}')));
  assertEquals((await values.next()).value?.value, { volts: 12.6, name: "left" });
  assertEquals((await values.next()).value?.value, { volts: 1 });
  assertEquals([log.take(), values.undecodable], [[], 0]);
});

Deno.test("Subscription.decoded() skips protobuf that does not fit its descriptor, and continues", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says({ op: "advertise", channels: [BATTERY] });
  log.take();
  const values = client.subscribe("/battery").decoded();
  peer.says(data(1, Uint8Array.of(0x12, 5)), data(1, payloadOf({ volts: 1, name: "" })));
  assertEquals((await values.next()).value?.value, { volts: 1, name: "" });
  assertEquals([log.take().map(([kind]) => kind), values.undecodable], [["error", "warning"], 1]);
});

for (
  const [what, change, why] of [
    ["no schema", { schema: "" }, "its schema is not a descriptor"],
    ["a descriptor that is cut off", { schema: DESCRIPTOR.subarray(0, 20) }, ""],
    ["another message type", { schemaName: "robot.Motor" }, "robot.Motor"],
  ] as const
) {
  Deno.test(`Subscription.decoded() reports a protobuf channel with ${what} once`, async () => {
    const { client, peer, log } = await connectedClient();
    peer.says({ op: "advertise", channels: [{ ...BATTERY, ...change }] });
    log.take();
    const values = client.subscribe("/battery").decoded();
    for (let count = 0; count < 2; count++) peer.says(data(1, payloadOf({ volts: 1, name: "" })));
    void values.next();
    await settled();
    const [[kind, text] = [], ...others] = log.take();
    assertEquals([kind, String(text).startsWith('Cannot decode "/battery": '), String(text).includes(why)], [
      "error",
      true,
      true,
    ]);
    assertEquals([others.map(([kind]) => kind), values.undecodable], [["warning"], 2]);
    void client.close();
  });
}

Deno.test("Subscription.decoded() prefers the option `decoders`", async () => {
  const { client, peer } = await connectedClient({ decoders: { protobuf: () => (payload) => payload.length } });
  peer.says({ op: "advertise", channels: [BATTERY] });
  const values = client.subscribe("/battery").decoded<number>();
  peer.says(data(1, new Uint8Array(7)));
  assertEquals((await values.next()).value?.value, 7);
});
