// ChannelIndex: finds the channels that may conflict with a new one.

import { assertEquals } from "@std/assert/equals";
import { ChannelIndex } from "../../src/session/channel_index.ts";
import { channelWarnings } from "../../src/session/channel_warnings.ts";

const POSE = { topic: "/pose", encoding: "json", schemaName: "Pose", schema: '{"type":"object"}' };
const OTHER = { ...POSE, topic: "/other", schema: '{"type":"object","title":"Pose"}' };

function indexOf(...channels: (typeof POSE)[]): ChannelIndex {
  const index = new ChannelIndex();
  for (const channel of channels) index.add(channel);
  return index;
}

Deno.test("ChannelIndex.related() finds a channel with the same topic", () => {
  const first = { ...POSE, schemaName: "A" };
  const index = indexOf(first, { ...POSE, schemaName: "B" }, { ...POSE, topic: "/else", schemaName: "C" });
  assertEquals(index.related({ ...POSE, schemaName: "D" }), [first]);
});

Deno.test("ChannelIndex.related() finds a channel with another schema of the same name", () => {
  const same = { ...POSE, topic: "/same" };
  assertEquals(indexOf(same, OTHER).related(POSE), [OTHER]);
  assertEquals(indexOf(same).related(POSE), []);
});

Deno.test("ChannelIndex.related() replaces an absent schema encoding by the default", () => {
  const explicit = { ...POSE, topic: "/same", schemaEncoding: "jsonschema" };
  assertEquals(indexOf(explicit).related(POSE), []);
  const cdr = { ...POSE, topic: "/cdr", encoding: "cdr" };
  assertEquals(indexOf(cdr).related(POSE), [cdr]);
});

Deno.test("ChannelIndex.related() compares bytes by content", () => {
  const bytes = { topic: "/a", encoding: "protobuf", schemaName: "P", schema: Uint8Array.of(1, 2, 3) };
  const index = new ChannelIndex();
  index.add(bytes);
  assertEquals(index.related({ ...bytes, topic: "/b", schema: Uint8Array.of(1, 2, 3) }), []);
  assertEquals(index.related({ ...bytes, topic: "/b", schema: Uint8Array.of(1, 2, 4) }), [bytes]);
});

Deno.test("ChannelIndex.related() ignores schemas without a name or without content", () => {
  const unnamed = { ...OTHER, schemaName: "" };
  assertEquals(indexOf(unnamed).related({ ...POSE, schemaName: "" }), []);
  const empty = { ...OTHER, schema: "" };
  assertEquals(indexOf(empty).related(POSE), []);
  assertEquals(indexOf(OTHER).related({ ...POSE, schema: "" }), []);
});

Deno.test("ChannelIndex.remove() removes only the given channel", () => {
  const twin = { ...OTHER, topic: "/twin" };
  const index = indexOf(OTHER, twin);
  index.remove(OTHER);
  assertEquals(index.related(POSE), [twin]);
  assertEquals(index.related({ ...OTHER, schemaName: "" }), []);
  index.remove(twin);
  assertEquals(index.related(POSE), []);
});

Deno.test("ChannelIndex.related() does not read the members of other channels", () => {
  let reads = 0;
  const index = new ChannelIndex();
  for (let count = 0; count < 1000; count++) {
    const channel = { ...POSE, topic: `/${count}` };
    index.add({
      ...channel,
      get topic() {
        reads += 1;
        return channel.topic;
      },
      get schema() {
        reads += 1;
        return channel.schema;
      },
    });
  }
  reads = 0;
  index.related(POSE);
  assertEquals(reads, 0);
});

Deno.test("ChannelIndex.related() causes the same warnings as a comparison with all channels", () => {
  const others = [{ ...POSE, schemaName: "Q" }, OTHER, {
    ...OTHER,
    topic: "/third",
    schema: '{"type":"object","a":1}',
  }];
  assertEquals(channelWarnings(POSE, indexOf(...others).related(POSE)), channelWarnings(POSE, others));
});

Deno.test("ChannelIndex.earlierTopic() remembers the first schema of a name until the session ends", () => {
  const index = new ChannelIndex();
  index.add(POSE);
  index.remove(POSE);
  assertEquals([index.earlierTopic(POSE), index.earlierTopic(OTHER)], [undefined, "/pose"]);
  index.add(OTHER);
  assertEquals(index.earlierTopic(POSE), undefined);
  index.resetSession();
  assertEquals([index.earlierTopic(POSE), index.earlierTopic(OTHER)], ["/other", undefined]);
});

Deno.test("ChannelIndex remembers a limited number of schemas", () => {
  const index = new ChannelIndex();
  for (let count = 0; count < 10_001; count++) {
    const channel = { ...POSE, schemaName: `S${count}` };
    index.add(channel);
    index.remove(channel);
  }
  assertEquals(index.earlierTopic({ ...OTHER, schemaName: "S9999" }), "/pose");
  assertEquals(index.earlierTopic({ ...OTHER, schemaName: "S10000" }), undefined);
});

Deno.test("ChannelIndex.ofTopic() returns the current channels of a topic, in their order", () => {
  const second = { ...POSE, schemaName: "B" };
  const index = indexOf(POSE, { ...POSE, topic: "/other" }, second);
  assertEquals([...index.ofTopic(POSE.topic)], [POSE, second]);
  index.remove(POSE);
  assertEquals([[...index.ofTopic(POSE.topic)], [...index.ofTopic("/none")]], [[second], []]);
});
