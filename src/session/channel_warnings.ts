// Warnings about channels that visualisation apps would reject. Apps report this only on their screen, not to the
// server.

import type { Channel } from "../protocol/channels.ts";
import { sameSchema } from "../protocol/schema.ts";
import { effectiveSchemaEncoding, schemaEncodingsOf } from "../protocol/schema_encodings.ts";
import { jsonSchemaFaults } from "./json_schema_subset.ts";
import { missingRosTypes } from "./ros_schema.ts";

/** One reason why apps would reject a channel or a service. */
export interface AppFault {
  /** The member that is wrong. */
  readonly member: "encoding" | "schemaEncoding" | "schema" | "schemaName" | "topic";
  /** Whether apps still show the channel, but not completely. */
  readonly isMinor?: boolean;
  /** A sentence without its subject, such as `its schema is empty, so apps do not list the topic`. */
  readonly text: string;
}

/** The members of a channel that apps check. */
type Judged = Pick<Channel, "topic" | "encoding" | "schemaName" | "schema" | "schemaEncoding">;

/** The only ROS messages for which apps accept an empty schema. */
const EMPTY_ROS_MESSAGES = ["std_msgs/Empty", "std_msgs/msg/Empty"];

const UNLISTED = "so apps do not list the topic";

/**
 * Returns one sentence for each reason why apps would reject `channel`. The list is empty if there is none.
 *
 * The texts are for a log. They are stable and contain the topic, names and paths in the schema, but never the schema
 * itself.
 *
 * @param others The other advertised channels. `ChannelIndex.related()` finds the channels that matter.
 * @param earlierTopic The topic that used the schema's name for a different schema earlier in this session.
 */
export function channelWarnings(channel: Judged, others: Iterable<Judged>, earlierTopic?: string): string[] {
  const faults = channelFaults(channel, others, earlierTopic);
  return faults.map(({ text }) => `Channel ${JSON.stringify(channel.topic)}: ${text}`);
}

/** Like {@linkcode channelWarnings}, but for code that distinguishes the reasons. */
export function channelFaults(channel: Judged, others: Iterable<Judged>, earlierTopic?: string): AppFault[] {
  return [...schemaFaults(channel, UNLISTED), ...clashes(channel, others, earlierTopic)];
}

/**
 * Returns the reasons why apps would reject a schema or its encodings.
 *
 * @param consequence The effect in apps, such as "so apps do not list the topic".
 */
export function schemaFaults(described: Omit<Judged, "topic">, consequence: string): AppFault[] {
  const { encoding, schemaEncoding, schemaName, schema } = described;
  const allowed = schemaEncodingsOf(encoding);
  if (!allowed) {
    return [{ member: "encoding", text: `encoding ${JSON.stringify(encoding)} is unknown to apps, ${consequence}` }];
  }
  if (schemaEncoding !== undefined && !allowed.includes(schemaEncoding)) {
    const [one, other] = [schemaEncoding, encoding].map((name) => JSON.stringify(name));
    const text = `schemaEncoding ${one} does not match encoding ${other}, ${consequence}`;
    return [{ member: "schemaEncoding", text }];
  }
  if (schema.length === 0) {
    if (encoding === "json") {
      const text = `its schema is empty, so apps do not show its raw messages (the schema {"type":"object"} is enough)`;
      return [{ member: "schema", isMinor: true, text }];
    }
    return EMPTY_ROS_MESSAGES.includes(schemaName)
      ? []
      : [{ member: "schema", text: `its schema is empty, ${consequence}` }];
  }
  return contentFaults(described).map((fault) => ({ member: "schema", text: `its schema ${fault}, ${consequence}` }));
}

/** Returns the faults in the content of a schema, such as `is not valid JSON`. */
function contentFaults(described: Omit<Judged, "topic">): string[] {
  const { schema } = described;
  const text = typeof schema === "string" ? schema : new TextDecoder().decode(schema);
  switch (effectiveSchemaEncoding(described)) {
    case "jsonschema":
      return jsonSchemaFaults(text);
    case "ros1msg":
    case "ros2msg":
      return missingRosTypes(text).map((type) => `lacks a section "MSG: ${type}"`);
    default:
      return [];
  }
}

/** Returns the conflicts with other channels: the first conflict of each kind. Reads `others` once and stops early. */
function clashes(channel: Judged, others: Iterable<Judged>, earlierTopic: string | undefined): AppFault[] {
  let sharesTopic = false;
  let sharesName: Judged | undefined;
  for (const other of others) {
    sharesTopic ||= other.topic === channel.topic;
    sharesName ??= redefines(channel, other) ? other : undefined;
    if (sharesTopic && sharesName) break;
  }
  const faults: AppFault[] = [];
  if (sharesTopic) {
    faults.push({ member: "topic", text: "another channel has this topic, so apps list only the first of them" });
  }
  if (sharesName) {
    const name = JSON.stringify(channel.schemaName);
    const topic = JSON.stringify(sharesName.topic);
    faults.push({
      member: "schemaName",
      text: `its schema ${name} differs from that of channel ${topic}, so apps show an error and use the first schema`,
    });
  } else if (earlierTopic !== undefined) {
    const [name, topic] = [channel.schemaName, earlierTopic].map((text) => JSON.stringify(text));
    const difference = `its schema ${name} differs from the earlier schema of channel ${topic}`;
    faults.push({ member: "schemaName", text: `${difference}, so apps show an error until resetSessionId()` });
  }
  return faults;
}

/** Whether two channels use the same name for different schemas. Empty schemas are not compared. */
function redefines(channel: Judged, other: Judged): boolean {
  if (channel.schemaName === "" || channel.schemaName !== other.schemaName) return false;
  if (channel.schema.length === 0 || other.schema.length === 0) return false;
  return effectiveSchemaEncoding(channel) !== effectiveSchemaEncoding(other) ||
    !sameSchema(channel.schema, other.schema);
}
