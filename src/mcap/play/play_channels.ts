// PlayChannels: the channels of files on the server.

import { equalBytes } from "../../protocol/bytes.ts";
import { isTransformSchema, withLatchDepth } from "../../protocol/latch_depth.ts";
import { isBinarySchema } from "../../protocol/schema.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { Logger } from "../../logger.ts";
import { textOf } from "../../error_text.ts";
import type { FoxgloveServer } from "../../server/server.ts";
import type { MessageFilter } from "../reader/message_filter.ts";
import type { Channel, Schema } from "../records/records.ts";
import { latchOf } from "./latch_of.ts";
import type { PlayFile } from "./play_files.ts";

/** The channels of all files with one topic, one encoding and one schema: one channel on the server. */
interface MergedChannel {
  readonly channel: Channel;
  readonly schema: Schema | undefined;
  readonly members: Channel[];
  latchDepth: number;
}

/** Adds the channels of files to a server. Apps ignore a second channel of a topic, so equal ones become one. */
export class PlayChannels {
  /** How many messages each latched topic latches. */
  readonly latchDepths: ReadonlyMap<string, number>;
  /** The topics of transforms that are not latched. */
  readonly transformTopics: readonly string[];
  readonly #ids = new Map<Channel, ChannelId>();

  /** Adds the selected channels. A channel that the server rejects is logged, and its messages are not played. */
  constructor(server: FoxgloveServer, files: readonly PlayFile[], filter: MessageFilter, logger: Logger) {
    const latchDepths = new Map<string, number>();
    const transformTopics = new Set<string>();
    for (const merged of mergeChannels(files, filter)) {
      const { channel, schema, latchDepth, members } = merged;
      try {
        const id = server.addChannel(initOf(merged));
        for (const member of members) this.#ids.set(member, id);
      } catch (error) {
        logger.warn(`Messages of "${channel.topic}" are not played: ${textOf(error)}`);
        continue;
      }
      if (latchDepth > 0) latchDepths.set(channel.topic, Math.max(latchDepth, latchDepths.get(channel.topic) ?? 0));
      if (isTransformSchema(schema?.name ?? "")) transformTopics.add(channel.topic);
    }
    this.latchDepths = latchDepths;
    this.transformTopics = [...transformTopics].filter((topic) => !latchDepths.has(topic));
  }

  /** Returns the channel on the server; `undefined` if the server has rejected it. */
  idOf(channel: Channel): ChannelId | undefined {
    return this.#ids.get(channel);
  }
}

function mergeChannels(files: readonly PlayFile[], filter: MessageFilter): MergedChannel[] {
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
      const latchDepth = latchOf(channel, schema?.name ?? "");
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

function initOf({ channel, schema, latchDepth }: MergedChannel): Parameters<FoxgloveServer["addChannel"]>[0] {
  const { topic, messageEncoding, metadata } = channel;
  // The recorder added the depth of the latch, and the server adds it again.
  const texts = withLatchDepth(Object.fromEntries(metadata), 0) ?? {};
  const { name = "", encoding = "", data = new Uint8Array() } = schema ?? {};
  return {
    topic,
    encoding: messageEncoding,
    schemaName: name,
    schema: isBinarySchema(encoding || messageEncoding) && data.length === 0 ? "" : data,
    ...(encoding !== "" && { schemaEncoding: encoding }),
    ...(Object.keys(texts).length > 0 && { metadata: texts }),
    ...(latchDepth > 0 && { latch: { depth: latchDepth } }),
  };
}
