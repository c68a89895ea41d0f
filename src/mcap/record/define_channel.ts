// defineChannel(): adds a channel of a server to the definitions of a file.

import type { Channel } from "../../protocol/channels.ts";
import { withLatchDepth } from "../../protocol/latch_depth.ts";
import { isBinarySchema } from "../../protocol/schema.ts";
import { effectiveSchemaEncoding } from "../../protocol/schema_encodings.ts";
import type { ChannelInit, SchemaInit } from "../writer/inits.ts";

/** What assigns ids to schemas and channels. Equal ones get the same id. */
export interface Definer {
  /** Adds a schema. Returns its id. */
  addSchema(schema: SchemaInit): number;
  /** Adds a channel. Returns its id. */
  addChannel(channel: ChannelInit): number;
}

/**
 * Adds a channel with its schema. Returns its id. `latchDepth`: how many messages the channel latches.
 *
 * @throws {RangeError} If the file has too many schemas or channels.
 */
export function defineChannel(definer: Definer, channel: Channel, latchDepth: number): number {
  const { topic, encoding, metadata } = channel;
  return definer.addChannel({
    topic,
    messageEncoding: encoding,
    schemaId: defineSchema(definer, channel),
    metadata: withLatchDepth(metadata, latchDepth) ?? {},
  });
}

/** Returns 0 for a channel without a schema. */
function defineSchema(definer: Definer, channel: Channel): number {
  const { schemaName, schema } = channel;
  if (schemaName === "" && schema.length === 0) return 0;
  const encoding = effectiveSchemaEncoding(channel) ?? "";
  // A type of ROS may be empty. In other encodings, no bytes mean that only the name is known.
  const isMissing = schema.length === 0 && (encoding === "jsonschema" || isBinarySchema(encoding));
  return definer.addSchema({ name: schemaName, encoding: isMissing ? "" : encoding, data: schema });
}
