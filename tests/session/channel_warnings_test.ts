// Warnings for channels that are added.

import { assertEquals } from "@std/assert/equals";
import { channelFaults, channelWarnings } from "../../src/session/channel_warnings.ts";

const JSON_CHANNEL = { topic: "/pose", encoding: "json", schemaName: "Pose", schema: `{"type":"object"}` };
const PROTOBUF_CHANNEL = {
  topic: "/pose",
  encoding: "protobuf",
  schemaName: "pkg.Pose",
  schema: new Uint8Array([10, 1, 2]),
  schemaEncoding: "protobuf",
};
const ROS_CHANNEL = { topic: "/pose", encoding: "cdr", schemaName: "pkg/msg/Pose", schema: "float64 x" };

const ACCEPTED: readonly [encoding: string, schemaEncoding: string][] = [
  ["json", "jsonschema"],
  ["protobuf", "protobuf"],
  ["flatbuffer", "flatbuffer"],
  ["ros1", "ros1msg"],
  ["cdr", "ros2msg"],
  ["cdr", "ros2idl"],
  ["cdr", "omgidl"],
];

for (const [encoding, schemaEncoding] of ACCEPTED) {
  Deno.test(`channelWarnings() accepts ${encoding} with ${schemaEncoding}`, () => {
    assertEquals(channelWarnings({ ...JSON_CHANNEL, encoding, schemaEncoding }, []), []);
  });
}

Deno.test("channelWarnings() accepts a known encoding without a schema encoding", () => {
  for (const [encoding] of ACCEPTED) assertEquals(channelWarnings({ ...JSON_CHANNEL, encoding }, []), []);
});

const REJECTED: readonly [encoding: string, schemaEncoding: string][] = [
  ["json", "protobuf"],
  ["json", ""],
  ["cdr", "ros1msg"],
  ["ros1", "ros2msg"],
];

for (const [encoding, schemaEncoding] of REJECTED) {
  Deno.test(`channelWarnings() rejects ${encoding} with "${schemaEncoding}"`, () => {
    assertEquals(channelWarnings({ ...JSON_CHANNEL, encoding, schemaEncoding }, []), [
      `Channel "/pose": schemaEncoding "${schemaEncoding}" does not match encoding "${encoding}", ` +
      "so apps do not list the topic",
    ]);
  });
}

Deno.test("channelWarnings() returns a single warning for an unknown encoding", () => {
  assertEquals(channelWarnings({ topic: "/pose", encoding: "xml", schemaName: "", schema: "" }, []), [
    `Channel "/pose": encoding "xml" is unknown to apps, so apps do not list the topic`,
  ]);
  assertEquals(channelWarnings({ ...JSON_CHANNEL, encoding: "__proto__" }, []), [
    `Channel "/pose": encoding "__proto__" is unknown to apps, so apps do not list the topic`,
  ]);
});

Deno.test("channelWarnings() returns each place of a JSON Schema that apps reject", () => {
  const schema = JSON.stringify({
    type: "object",
    properties: { pose: { type: "array", items: { $ref: "#/$defs/Pose" } }, speed: { type: ["number", "null"] } },
  });
  const warnings = [
    `Channel "/pose": its schema has "$ref" at properties.pose.items, so apps do not list the topic`,
    `Channel "/pose": its schema has a union type at properties.speed, so apps do not list the topic`,
  ];
  assertEquals(channelWarnings({ ...JSON_CHANNEL, schema }, []), warnings);
  assertEquals(channelWarnings({ ...JSON_CHANNEL, schema: new TextEncoder().encode(schema) }, []), warnings);
});

Deno.test("channelWarnings() warns about a JSON Schema that is not JSON", () => {
  assertEquals(channelWarnings({ ...JSON_CHANNEL, schema: "float64 x" }, []), [
    `Channel "/pose": its schema is not valid JSON, so apps do not list the topic`,
  ]);
});

Deno.test("channelWarnings() describes the effect of an empty schema for a JSON channel", () => {
  assertEquals(channelWarnings({ ...JSON_CHANNEL, schema: "" }, []), [
    `Channel "/pose": its schema is empty, so apps do not show its raw messages ` +
    `(the schema {"type":"object"} is enough)`,
  ]);
});

Deno.test("channelWarnings() warns about an empty schema if the encoding requires one", () => {
  const warnings = [`Channel "/pose": its schema is empty, so apps do not list the topic`];
  assertEquals(channelWarnings({ ...PROTOBUF_CHANNEL, schema: new Uint8Array() }, []), warnings);
  assertEquals(channelWarnings({ ...ROS_CHANNEL, schema: "" }, []), warnings);
  assertEquals(channelWarnings({ ...ROS_CHANNEL, schemaName: "std_msgs/msg/Empty", schema: "" }, []), []);
});

Deno.test("channelWarnings() warns about another channel with the topic", () => {
  assertEquals(channelWarnings(JSON_CHANNEL, [{ ...JSON_CHANNEL, topic: "/other" }]), []);
  assertEquals(channelWarnings(JSON_CHANNEL, [JSON_CHANNEL, JSON_CHANNEL]), [
    `Channel "/pose": another channel has this topic, so apps list only the first of them`,
  ]);
});

Deno.test("channelWarnings() warns about another schema with the same name", () => {
  const warnings = [
    `Channel "/pose": its schema "Pose" differs from that of channel "/2", so apps show an error and use the first schema`,
  ];
  const other = { ...JSON_CHANNEL, topic: "/2" };
  assertEquals(channelWarnings(JSON_CHANNEL, [other]), []);
  assertEquals(channelWarnings(JSON_CHANNEL, [{ ...other, schema: `{"type":"object","title":"P"}` }]), warnings);
  assertEquals(channelWarnings(JSON_CHANNEL, [{ ...other, encoding: "cdr", schemaEncoding: "ros2msg" }]), warnings);
  assertEquals(channelWarnings(JSON_CHANNEL, [{ ...other, schema: new Uint8Array([1]) }]), warnings);
});

Deno.test("channelWarnings() replaces an absent schemaEncoding by the default", () => {
  const other = { ...JSON_CHANNEL, topic: "/2", schemaEncoding: "jsonschema" };
  assertEquals(channelWarnings(JSON_CHANNEL, [other]), []);
});

Deno.test("channelWarnings() ignores schemas without a name or without content", () => {
  const other = { ...JSON_CHANNEL, topic: "/2", schema: `{"type":"object","title":"P"}` };
  assertEquals(channelWarnings({ ...JSON_CHANNEL, schemaName: "" }, [{ ...other, schemaName: "" }]), []);
  assertEquals(channelWarnings(JSON_CHANNEL, [{ ...other, schema: "" }]), []);
});

Deno.test("channelWarnings() compares schemas byte by byte", () => {
  const other = { ...PROTOBUF_CHANNEL, topic: "/2" };
  assertEquals(channelWarnings(PROTOBUF_CHANNEL, [{ ...other, schema: PROTOBUF_CHANNEL.schema.slice() }]), []);
  for (const schema of [new Uint8Array([10, 1, 3]), new Uint8Array([10, 1]), new Uint8Array([10, 1, 2, 0])]) {
    assertEquals(channelWarnings(PROTOBUF_CHANNEL, [{ ...other, schema }]).length, 1);
  }
});

Deno.test("channelWarnings() reads the other channels in one pass, and stops as soon as possible", () => {
  let looked = 0;
  function* others() {
    for (let index = 0; index < 1000; index++) {
      looked += 1;
      yield { ...JSON_CHANNEL, schema: `{"type":"object","title":"${index}"}` };
    }
  }
  assertEquals(channelWarnings(JSON_CHANNEL, others()).length, 2);
  assertEquals(looked, 1);
});

Deno.test("channelWarnings() quotes the topic", () => {
  assertEquals(channelWarnings({ ...JSON_CHANNEL, topic: 'a"\n', encoding: "xml" }, []), [
    `Channel "a\\"\\n": encoding "xml" is unknown to apps, so apps do not list the topic`,
  ]);
});

Deno.test("channelWarnings() returns the missing sections of a ROS schema", () => {
  const channel = {
    topic: "/pose",
    encoding: "cdr",
    schemaName: "a/msg/B",
    schema: "geometry_msgs/Point a\nfloat64 b\n",
  };
  const warning =
    'Channel "/pose": its schema lacks a section "MSG: geometry_msgs/Point", so apps do not list the topic';
  assertEquals(channelWarnings(channel, []), [warning]);
  assertEquals(channelWarnings({ ...channel, schemaEncoding: "ros2msg" }, []), [warning]);
  assertEquals(channelWarnings({ ...channel, encoding: "ros1" }, []), [warning]);
  // IDL is a different language.
  assertEquals(channelWarnings({ ...channel, schemaEncoding: "ros2idl" }, []), []);
});

Deno.test("channelWarnings() warns about a name that had a different schema earlier", () => {
  assertEquals(channelWarnings(JSON_CHANNEL, [], "/before"), [
    'Channel "/pose": its schema "Pose" differs from the earlier schema of channel "/before", so apps show an error until ' +
    "resetSessionId()",
  ]);
});

Deno.test("channelFaults() names the member that is wrong, and marks faults that hide only a part", () => {
  const members = (channel: Parameters<typeof channelFaults>[0], others: Parameters<typeof channelFaults>[1] = []) =>
    channelFaults(channel, others).map(({ member, isMinor = false }) => [member, isMinor]);
  assertEquals(members(JSON_CHANNEL), []);
  assertEquals(members({ ...JSON_CHANNEL, encoding: "xml" }), [["encoding", false]]);
  assertEquals(members({ ...JSON_CHANNEL, schemaEncoding: "ros1msg" }), [["schemaEncoding", false]]);
  assertEquals(members({ ...JSON_CHANNEL, schema: "" }), [["schema", true]]);
  assertEquals(members({ ...PROTOBUF_CHANNEL, schema: "" }), [["schema", false]]);
  assertEquals(members({ ...ROS_CHANNEL, schema: "pkg/Point point" }), [["schema", false]]);
  const other = { ...JSON_CHANNEL, schema: `{"type":"object","title":"Other"}` };
  assertEquals(members(JSON_CHANNEL, [other]), [["topic", false], ["schemaName", false]]);
});
