// TopicPresence: reports topics that a server does not have.

import { assertEquals } from "@std/assert/equals";
import { TopicPresence } from "../../src/cli/topic_presence.ts";
import type { Channel, ChannelId } from "../../src/client/mod.ts";

function fakeClient(...topics: string[]) {
  const channels = new Map<ChannelId, Channel>();
  const add = (topic: string) => {
    const id = channels.size as ChannelId;
    channels.set(id, { id, topic, encoding: "json", schemaName: "", schema: "" });
  };
  topics.forEach(add);
  return { channels, add };
}

Deno.test("TopicPresence.check() reports a missing topic once, and when it appears", () => {
  const client = fakeClient("/robot/odom", "/battery");
  const topics = ["odom", "/batery", "/imu", "localhost:9511"];
  const presence = new TopicPresence(client, topics, { reportsSilence: false });
  assertEquals(presence.check(), [
    'waiting for the topic "odom", which the server does not have; did you mean "/robot/odom"?',
    'waiting for the topic "/batery", which the server does not have; did you mean "/battery"?',
    'waiting for the topic "/imu", which the server does not have; "foxglove-ws topics" lists them',
    'waiting for the topic "localhost:9511", which the server does not have; use --url localhost:9511 for a server',
  ]);
  assertEquals(presence.check(), []);
  client.add("/imu");
  assertEquals(presence.check(), ['the server has the topic "/imu" now']);
  assertEquals(presence.check(), []);
});

Deno.test("TopicPresence.check() reports a topic that was removed, and when it returns", () => {
  const client = fakeClient("/imu");
  const presence = new TopicPresence(client, ["/imu"], { reportsSilence: false });
  assertEquals(presence.check(), []);
  client.channels.clear();
  assertEquals(presence.check(), ['the server has removed the topic "/imu"; waiting for it']);
  client.add("/imu");
  assertEquals(presence.check(), ['the server has the topic "/imu" now']);
});

Deno.test("TopicPresence.check() reports a silent topic, unless it had a message", () => {
  const presence = new TopicPresence(fakeClient("/imu", "/odom"), ["/imu", "/odom"], { reportsSilence: true });
  presence.onMessage("/odom");
  const texts = Array.from({ length: 5 }, () => presence.check());
  assertEquals(texts, [[], [], ['no messages of "/imu" so far'], [], []]);
});
