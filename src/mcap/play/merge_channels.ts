// mergeChannels(): the channels of several files, equal ones as one.

import { equalBytes } from "../../protocol/bytes.ts";
import { foreignLatchDepth } from "../../protocol/latch_depth.ts";
import type { MessageFilter } from "../reader/message_filter.ts";
import type { Channel, Schema } from "../records/records.ts";
import type { PlayFile } from "./play_files.ts";

/** The channels of all files with one topic, one encoding and one schema: one channel on the server. */
export interface MergedChannel {
  /** The first one. */
  readonly channel: Channel;
  readonly schema: Schema | undefined;
  /** All of them. */
  readonly members: Channel[];
  /** How many messages the channel latches: 0 if it is not latched. */
  latchDepth: number;
}

/**
 * Returns the selected channels of files. `isLatched` tells whether a topic is latched, although the metadata of its
 * channels does not say it.
 */
export function mergeChannels(
  files: readonly PlayFile[],
  filter: MessageFilter,
  isLatched: (topic: string) => boolean,
): MergedChannel[] {
  const merged: MergedChannel[] = [];
  const byTopic = Map.groupBy(
    files.flatMap(({ reader: { channels, schemas } }) =>
      [...channels.values()].map((channel) => ({ channel, schema: schemas.get(channel.schemaId) }))
    ).filter(({ channel }) => filter.selects(channel)),
    ({ channel }) => channel.topic,
  );
  for (const candidates of byTopic.values()) {
    const ofTopic: MergedChannel[] = [];
    for (const { channel, schema } of candidates) {
      const latchDepth = latchDepthIn(channel, schema, isLatched);
      const same = ofTopic.find((other) =>
        other.channel.messageEncoding === channel.messageEncoding && isSameSchema(other.schema, schema)
      );
      if (same) {
        same.members.push(channel);
        same.latchDepth = Math.max(same.latchDepth, latchDepth);
      } else {
        ofTopic.push({ channel, schema, members: [channel], latchDepth });
      }
    }
    merged.push(...ofTopic);
  }
  return merged;
}

function isSameSchema(one: Schema | undefined, other: Schema | undefined): boolean {
  if (!one || !other) return one === other;
  return one.name === other.name && one.encoding === other.encoding && equalBytes(one.data, other.data);
}

function latchDepthIn(
  { topic, metadata }: Channel,
  schema: Schema | undefined,
  isLatched: (topic: string) => boolean,
): number {
  const channel = { topic, schemaName: schema?.name ?? "", metadata: Object.fromEntries(metadata) };
  return foreignLatchDepth(channel, isLatched);
}

/** Returns how many messages each latched topic latches. */
export function latchDepthsOf(merged: readonly MergedChannel[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { channel: { topic }, latchDepth } of merged) {
    if (latchDepth > 0) depths.set(topic, Math.max(latchDepth, depths.get(topic) ?? 0));
  }
  return depths;
}
