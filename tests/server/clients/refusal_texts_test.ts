// Texts of rejections: they contain no ids, because apps show each distinct text once.

import { assertEquals } from "@std/assert/equals";
import type { ClientChannel } from "../../../src/protocol/client_publish.ts";
import type { ChannelId, SubscriptionId } from "../../../src/protocol/ids.ts";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import {
  bytes,
  channel,
  clientChannel,
  conversation,
  ODOM,
  service,
  settled,
  subscription,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
const RESET = { name: "/reset", type: "Reset", request: SIDE, response: SIDE };
const PLAY = { op: "playbackControlRequest", command: "play", speed: 1 } as const;

const failing = () => {
  throw new Error("out of order");
};

function subscribe(id: SubscriptionId, channelId: ChannelId): ClientMessage {
  return { op: "subscribe", subscriptions: [{ id, channelId }] };
}

function advertise(channel: ClientChannel): ClientMessage {
  return { op: "advertise", channels: [channel] };
}

/** Causes all rejections, with ids that begin at `first`. */
async function refusals(first: number): Promise<ServerMessage[]> {
  const clock = new TestClock();
  const { server, client } = conversation({
    capabilities: ["clientPublish", "services", "parameters", "assets", "playbackControl"],
    supportedEncodings: ["json"],
    dataStartTime: 0n,
    dataEndTime: 9n,
    maxSubscriptions: 1,
    maxClientChannels: 1,
    maxNameLength: 40,
    listener: {
      onGetParameters: failing,
      onSetParameters: failing,
      onPlaybackControl: failing,
      onServiceRequest: failing,
    },
  }, { clock });
  const added = Array.from({ length: first }, (_, index) => {
    const name = `/${index}`;
    return { channelId: server.addChannel({ ...ODOM, topic: name }), serviceId: server.addService({ ...RESET, name }) };
  });
  for (const { channelId, serviceId } of added) {
    server.removeChannel(channelId);
    server.removeService(serviceId);
  }
  const [odom, imu] = [server.addChannel(ODOM), server.addChannel({ ...ODOM, topic: "/imu" })];
  const reset = server.addService(RESET);
  const app = client();
  const [id, other] = [subscription(first), subscription(first + 1)];
  const [own, second] = [clientChannel(first), clientChannel(first + 1)];
  const cmd = { id: own, topic: "/cmd", encoding: "json", schemaName: "X" };
  const requestId = `r${first}`;
  const call = { op: "serviceCallRequest", callId: first, encoding: "json", payload: bytes("{}") } as const;
  const long = "x".repeat(41);
  const messages: ClientMessage[] = [
    subscribe(id, odom),
    subscribe(id, imu),
    subscribe(id, channel(99)),
    subscribe(other, odom),
    subscribe(other, imu),
    subscribe(other, channel(first + 99)),
    { op: "unsubscribe", subscriptionIds: [subscription(first + 50)] },
    advertise(cmd),
    advertise(cmd),
    advertise({ ...cmd, topic: "/stop" }),
    advertise({ ...cmd, id: second, topic: long }),
    advertise({ ...cmd, id: second }),
    advertise({ ...cmd, id: second, encoding: "cdr" }),
    { op: "unadvertise", channelIds: [clientChannel(first + 50)] },
    { op: "messageData", channelId: clientChannel(first + 50), payload: bytes("") },
    { ...call, serviceId: service(first + 50) },
    { ...call, serviceId: reset },
    { ...call, serviceId: reset, encoding: "cdr" },
    { ...call, serviceId: reset, encoding: long },
    { op: "getParameters", parameterNames: [], id: requestId },
    { op: "getParameters", parameterNames: [long], id: requestId },
    { op: "setParameters", parameters: [{ name: "rate", value: 5 }], id: requestId },
    { op: "fetchAsset", uri: "package://arm", requestId: first },
    { ...PLAY, requestId },
    { ...PLAY, requestId, speed: -1 },
  ];
  for (const message of messages) {
    clock.advance(1000);
    app.says(message);
    await settled();
  }
  return Array.from({ length: app.inboxSize }, () => app.takes());
}

/** The text of a rejection that users read. */
function textOf(message: ServerMessage): string {
  switch (message.op) {
    case "status":
    case "serviceCallFailure":
      return message.message;
    case "fetchAssetResponse":
      return message.status === "error" ? message.error : message.status;
    default:
      return message.op;
  }
}

Deno.test("FoxgloveServer sends the same texts for rejections, whatever the ids", async () => {
  const [one, other] = [await refusals(3), await refusals(7)];
  assertEquals(one.map(textOf), other.map(textOf));
  assertEquals(one.map(textOf).filter((text) => /[0-9]/.test(text)), [
    'Cannot subscribe to "/imu": more subscriptions than "maxSubscriptions" allows (1)',
    'Cannot advertise: more characters in a name than "maxNameLength" allows (40)',
    'Cannot advertise "/cmd": more channels than "maxClientChannels" allows (1)',
    'Cannot call a service: more characters in a name than "maxNameLength" allows (40)',
    'Cannot get parameters: more characters in a name than "maxNameLength" allows (40)',
    "Cannot control playback: speed -1 is not positive",
  ]);
  const failed = one.flatMap((message) => message.op === "status" && message.id !== undefined ? [message.id] : []);
  // Two gets, a set and the get that answers it, and two playback requests.
  assertEquals(failed, Array(6).fill("r3"));
});
