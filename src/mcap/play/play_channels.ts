// PlayChannels: the channels of files on the server.

import { isTransformSchema, withLatchDepth } from "../../protocol/latch_depth.ts";
import { isBinarySchema } from "../../protocol/schema.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { Logger } from "../../logger.ts";
import { textOf } from "../../error_text.ts";
import type { FoxgloveServer } from "../../server/server.ts";
import type { Channel } from "../records/records.ts";
import { latchDepthsOf, type MergedChannel } from "./merge_channels.ts";

/** Adds the channels of files to a server. Apps ignore a second channel of a topic, so equal ones become one. */
export class PlayChannels {
  /** How many messages each latched topic latches. */
  readonly latchDepths: ReadonlyMap<string, number>;
  /**
   * The latched channels whose messages are the current state. Others, which latch several messages, have a history:
   * apps would show it twice if it was sent again.
   */
  readonly stateIds: readonly ChannelId[];
  /** The topics of transforms that are not latched. */
  readonly transformTopics: readonly string[];
  readonly #ids = new Map<Channel, ChannelId>();

  /** Adds the channels. A channel that the server rejects is logged, and its messages are not played. */
  constructor(server: FoxgloveServer, channels: readonly MergedChannel[], logger: Logger) {
    const served: MergedChannel[] = [];
    const stateIds: ChannelId[] = [];
    const transformTopics = new Set<string>();
    for (const merged of channels) {
      const { channel, schema, members, latchDepth } = merged;
      const isTransforms = isTransformSchema(schema?.name ?? "");
      try {
        const id = server.addChannel(initOf(merged));
        for (const member of members) this.#ids.set(member, id);
        if (latchDepth === 1 || (latchDepth > 1 && isTransforms)) stateIds.push(id);
      } catch (error) {
        logger.warn(`Messages of "${channel.topic}" are not played: ${textOf(error)}`);
        continue;
      }
      served.push(merged);
      if (isTransforms) transformTopics.add(channel.topic);
    }
    const latchDepths = latchDepthsOf(served);
    this.latchDepths = latchDepths;
    this.stateIds = stateIds;
    this.transformTopics = [...transformTopics].filter((topic) => !latchDepths.has(topic));
  }

  /** Returns the channel on the server; `undefined` if the server has rejected it. */
  idOf(channel: Channel): ChannelId | undefined {
    return this.#ids.get(channel);
  }
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
