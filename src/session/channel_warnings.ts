// What visualisation apps would refuse about a channel, and tell nobody but the person in front of them.

import type { Channel } from "../protocol/channels.ts";
import { sameSchema } from "../protocol/schema.ts";
import { jsonSchemaFaults } from "./json_schema_subset.ts";
import { missingRosTypes } from "./ros_schema.ts";

/** What apps judge a channel by. */
type Judged = Pick<Channel, "topic" | "encoding" | "schemaName" | "schema" | "schemaEncoding">;

/** Which schema encodings apps take with each message encoding; the first is what they assume where none is given. */
const SCHEMA_ENCODINGS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ["json", ["jsonschema"]],
  ["protobuf", ["protobuf"]],
  ["flatbuffer", ["flatbuffer"]],
  ["ros1", ["ros1msg"]],
  ["cdr", ["ros2msg", "ros2idl", "omgidl"]],
]);

/** The only messages without fields that apps take an empty schema for. */
const EMPTY_ROS_MESSAGES = ["std_msgs/Empty", "std_msgs/msg/Empty"];

const UNLISTED = "so apps do not list the topic";

/**
 * What the apps would refuse about `channel`, a sentence each, empty when nothing.
 *
 * Made for a log: the texts are stable, and hold the topic, names and places in the schema, never the schema itself.
 *
 * @param others The other channels that are advertised with it. `ChannelIndex.related()` finds those that matter.
 * @param earlierTopic The topic that gave the schema's name to another schema before, in this session.
 */
export function channelWarnings(channel: Judged, others: Iterable<Judged>, earlierTopic?: string): string[] {
  const warnings = [...schemaWarnings(channel, UNLISTED), ...clashes(channel, others, earlierTopic)];
  return warnings.map((text) => `Channel ${JSON.stringify(channel.topic)}: ${text}`);
}

/**
 * What apps would refuse about a schema and its encodings, as sentences without a subject.
 *
 * @param consequence What apps do then, such as "so apps do not list the topic".
 */
export function schemaWarnings(described: Omit<Judged, "topic">, consequence: string): string[] {
  const { encoding, schemaEncoding, schemaName, schema } = described;
  const allowed = SCHEMA_ENCODINGS.get(encoding);
  if (!allowed) return [`encoding ${JSON.stringify(encoding)} is unknown to apps, ${consequence}`];
  if (schemaEncoding !== undefined && !allowed.includes(schemaEncoding)) {
    const [one, other] = [schemaEncoding, encoding].map((name) => JSON.stringify(name));
    return [`schemaEncoding ${one} does not go with encoding ${other}, ${consequence}`];
  }
  if (schema.length === 0) {
    if (encoding === "json") {
      return [`its schema is empty, so apps do not show its raw messages (the schema {"type":"object"} is enough)`];
    }
    return EMPTY_ROS_MESSAGES.includes(schemaName) ? [] : [`its schema is empty, ${consequence}`];
  }
  const text = typeof schema === "string" ? schema : new TextDecoder().decode(schema);
  switch (effectiveSchemaEncoding(described)) {
    case "jsonschema":
      return jsonSchemaFaults(text).map((fault) => `its schema ${fault}, ${consequence}`);
    case "ros1msg":
    case "ros2msg":
      return missingRosTypes(text).map((type) => `its schema lacks a section "MSG: ${type}", ${consequence}`);
    default:
      return [];
  }
}

/** What does not go together with another channel: the first of each kind, found in one pass. */
function clashes(channel: Judged, others: Iterable<Judged>, earlierTopic: string | undefined): string[] {
  let sharesTopic = false;
  let sharesName: Judged | undefined;
  for (const other of others) {
    sharesTopic ||= other.topic === channel.topic;
    sharesName ??= redefines(channel, other) ? other : undefined;
    if (sharesTopic && sharesName) break;
  }
  const warnings: string[] = [];
  if (sharesTopic) warnings.push("another channel has this topic, so apps list only the first of them");
  if (sharesName) {
    const name = JSON.stringify(channel.schemaName);
    const topic = JSON.stringify(sharesName.topic);
    warnings.push(`its schema ${name} differs from that of channel ${topic}, so apps show an error and use the first`);
  } else if (earlierTopic !== undefined) {
    const [name, topic] = [channel.schemaName, earlierTopic].map((text) => JSON.stringify(text));
    warnings.push(
      `its schema ${name} differs from the one that channel ${topic} had, so apps show an error until resetSessionId()`,
    );
  }
  return warnings;
}

/** Whether the two give one name to different schemas. Without a schema there is nothing to differ. */
function redefines(channel: Judged, other: Judged): boolean {
  if (channel.schemaName === "" || channel.schemaName !== other.schemaName) return false;
  if (channel.schema.length === 0 || other.schema.length === 0) return false;
  return effectiveSchemaEncoding(channel) !== effectiveSchemaEncoding(other) ||
    !sameSchema(channel.schema, other.schema);
}

/** The schema encoding that apps derive from a message encoding. */
export function defaultSchemaEncoding(encoding: string): string | undefined {
  return SCHEMA_ENCODINGS.get(encoding)?.[0];
}

/** The encoding of a channel's schema. Where it is absent, apps derive it from the message encoding. */
export function effectiveSchemaEncoding(
  { encoding, schemaEncoding }: Pick<Channel, "encoding" | "schemaEncoding">,
): string | undefined {
  return schemaEncoding ?? defaultSchemaEncoding(encoding);
}
