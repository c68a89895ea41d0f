// Schemas in foxglove.sdk.v1.1: each client receives each schema once, and channels refer to it.

import { assertEquals } from "@std/assert/equals";
import type { ChannelInit } from "../../../src/server/channel_init.ts";
import { bytes, channel, conversation, type FakeClient, ODOM, subscription } from "../../support/conversation.ts";

const PROTOBUF: ChannelInit = {
  topic: "/pose",
  encoding: "protobuf",
  schemaName: "Pose",
  schemaEncoding: "protobuf",
  schema: new Uint8Array([0xde, 0xad, 0xbe, 0xef]),
};

const V1_1 = { subprotocol: "foxglove.sdk.v1.1", keepFirstMessages: true } as const;

/**
 * Returns the `advertise` messages that the client has received, in short: the names of the schemas, and topics with
 * schema ids.
 */
function advertised(client: FakeClient): unknown[] {
  return client.takesAll().filter((message) => message.op === "advertise").map(({ schemas, channels }) => [
    schemas?.map(({ id, name }) => `${id} ${name}`) ?? [],
    channels.map((each) => `${each.topic} ${"schemaId" in each ? each.schemaId : "-"}`),
  ]);
}

Deno.test("I12 FoxgloveServer sends each schema once, and references to it, on the wire", () => {
  const { server, client } = conversation({ sessionId: "s" });
  server.addChannels([
    PROTOBUF,
    { ...PROTOBUF, topic: "/pose2", metadata: { "foxglove.hasVideoTrack": "true" } },
    { topic: "/name_only", encoding: "cdr", schemaName: "std_msgs/msg/Empty", schemaEncoding: "ros2msg" },
    { topic: "/raw", encoding: "x" },
  ]);
  assertEquals(client(V1_1).wire, [
    '{"op":"serverInfo","name":"test","capabilities":[],"sessionId":"s"}',
    '{"op":"advertise","schemas":[{"id":1,"name":"Pose","encoding":"protobuf","data":"3q2+7w=="},' +
    '{"id":2,"name":"std_msgs/msg/Empty","encoding":"ros2msg","data":""}],' +
    '"channels":[{"id":1,"topic":"/pose","encoding":"protobuf","schemaId":1},' +
    '{"id":2,"topic":"/pose2","encoding":"protobuf","schemaId":1,"metadata":{"foxglove.hasVideoTrack":"true"}},' +
    '{"id":3,"topic":"/name_only","encoding":"cdr","schemaId":2},' +
    '{"id":4,"topic":"/raw","encoding":"x"}]}',
  ]);
});

Deno.test("FoxgloveServer sends whole channels in the older subprotocols", () => {
  const { server, client } = conversation();
  server.addChannel(ODOM);
  for (const subprotocol of ["foxglove.sdk.v1", "foxglove.websocket.v1", undefined] as const) {
    const app = client({ subprotocol, keepFirstMessages: true });
    app.takes();
    app.hears({ op: "advertise", channels: [{ id: channel(1), ...ODOM }] });
  }
});

Deno.test("I12 FoxgloveServer sends the schemas of new channels to clients that lack them", () => {
  const { server, client } = conversation();
  const [first] = server.addChannels([ODOM, PROTOBUF]);
  const early = client(V1_1);
  assertEquals(advertised(early), [[["1 Odometry", "2 Pose"], ["/odom 1", "/pose 2"]]]);
  server.removeChannel(first!);
  const late = client(V1_1);
  assertEquals(advertised(late), [[["2 Pose"], ["/pose 2"]]]);
  server.addChannels([{ ...ODOM, topic: "/odom2" }, { ...ODOM, topic: "/other", schemaName: "Other" }]);
  assertEquals(advertised(early), [[["3 Other"], ["/odom2 1", "/other 3"]]]);
  assertEquals(advertised(late), [[["1 Odometry", "3 Other"], ["/odom2 1", "/other 3"]]]);
  server.addChannel({ ...ODOM, topic: "/odom3" });
  assertEquals([advertised(early), advertised(late)], [[[[], ["/odom3 1"]]], [[[], ["/odom3 1"]]]]);
});

Deno.test("I13 FoxgloveServer sends all schemas again after each serverInfo, and subscriptions stay", () => {
  const { server, client } = conversation();
  const [id] = server.addChannels([ODOM, PROTOBUF]);
  const app = client(V1_1);
  app.subscribes(7, id!);
  advertised(app);
  server.resetSessionId("next");
  assertEquals(advertised(app), [[["1 Odometry", "2 Pose"], ["/odom 1", "/pose 2"]]]);
  server.addChannel({ ...ODOM, topic: "/odom2" });
  assertEquals(advertised(app), [[[], ["/odom2 1"]]]);
  server.sendMessage(id!, 1n, bytes("{}"));
  app.hears({ op: "messageData", subscriptionId: subscription(7), timestamp: 1n, payload: bytes("{}") });
});

Deno.test("I13 FoxgloveServer sends pending channels before a new serverInfo, without schemas that the client has", () => {
  const { server, client } = conversation();
  server.addChannel(ODOM);
  const app = client(V1_1);
  advertised(app);
  server.addChannel({ ...ODOM, topic: "/odom2" });
  server.resetSessionId("next");
  assertEquals(advertised(app), [
    [[], ["/odom2 1"]],
    [["1 Odometry"], ["/odom 1", "/odom2 1"]],
  ]);
});

Deno.test("I12 FoxgloveServer sends a client only the schemas of channels that it may see", () => {
  const { server, client } = conversation();
  server.addChannels([{ ...ODOM, topic: "/secret", schemaName: "Secret" }, PROTOBUF]);
  const guest = client({ ...V1_1, identity: { rights: { topics: [/^\/pose/] } } });
  const admin = client(V1_1);
  assertEquals(advertised(guest), [[["2 Pose"], ["/pose 2"]]]);
  assertEquals(advertised(admin), [[["1 Secret", "2 Pose"], ["/secret 1", "/pose 2"]]]);
  server.addChannels([{ ...ODOM, topic: "/secret2", schemaName: "Secret2" }, { ...PROTOBUF, topic: "/pose3" }]);
  assertEquals(advertised(guest), [[[], ["/pose3 2"]]]);
  assertEquals(advertised(admin), [[["3 Secret2"], ["/secret2 3", "/pose3 2"]]]);
});

Deno.test("FoxgloveServer sends a client that may not see all channels its schemas again after each serverInfo", () => {
  const { server, client } = conversation();
  server.addChannels([{ ...ODOM, topic: "/secret", schemaName: "Secret" }, PROTOBUF]);
  const guest = client({ ...V1_1, identity: { rights: { topics: [/^\/pose/] } } });
  assertEquals(advertised(guest), [[["2 Pose"], ["/pose 2"]]]);
  server.resetSessionId("next");
  assertEquals(advertised(guest), [[["2 Pose"], ["/pose 2"]]]);
});

Deno.test("FoxgloveServer puts a schema into the first of several messages that refer to it", () => {
  const { server, client } = conversation();
  server.addChannels(Array.from({ length: 150 }, (_, index) => ({ ...PROTOBUF, topic: `/${index}` })));
  for (const app of [client(V1_1), client(V1_1)]) {
    const messages = advertised(app) as [string[], string[]][];
    assertEquals(messages.map(([schemas, channels]) => [schemas, channels.length]), [[["1 Pose"], 100], [[], 50]]);
  }
});

Deno.test("FoxgloveServer sends PlaybackState to clients of foxglove.sdk.v1.1", () => {
  const { server, client } = conversation({ capabilities: ["playbackControl"], dataStartTime: 0n, dataEndTime: 9n });
  const app = client({ subprotocol: "foxglove.sdk.v1.1" });
  const state = { status: "paused", currentTime: 5n, speed: 1, didSeek: false } as const;
  server.broadcastPlaybackState(state);
  app.hears({ op: "playbackState", ...state });
});
