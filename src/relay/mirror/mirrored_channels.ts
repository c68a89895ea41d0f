// MirroredChannels: the channels of one upstream on the server of a mirror.

import { textOf } from "../../error_text.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import { isEqual } from "../../protocol/is_equal.ts";
import { foreignLatchDepth, withLatchDepth } from "../../protocol/latch_depth.ts";
import type { ChannelInit } from "../../server/channel_init.ts";
import type { UpstreamParts } from "./mirror_parts.ts";
import { RefusedItems } from "./refused_items.ts";

/** A channel of the server that stands for one of the upstream. */
interface MirroredChannel {
  readonly id: ChannelId;
  /** The name for clients. */
  readonly topic: string;
  /** The upstream's channel when it was added. Its id may belong to an earlier connection. */
  readonly definition: Channel;
  /** The upstream's channel in the current connection; `undefined` until the upstream has it again. */
  source: Channel | undefined;
  /** Whether a client or a sink uses it. */
  isUsed: boolean;
}

/**
 * Keeps the channels of the server while the upstream is away, so that clients see the same ids when it is back.
 *
 * A latched channel keeps its messages exactly as long as the upstream is subscribed. Otherwise a later client could
 * get a message that the upstream has replaced in the meantime. The first client therefore gets what the upstream sends
 * for the new subscription.
 */
export class MirroredChannels {
  readonly #parts: UpstreamParts;
  readonly #byTopic = new Map<string, MirroredChannel[]>();
  readonly #byId = new Map<ChannelId, MirroredChannel>();
  /** By the upstream's ids in the current connection. */
  readonly #bySourceId = new Map<ChannelId, MirroredChannel>();
  /** Channels of the current connection that the server does not have. */
  readonly #refused: RefusedItems<Channel>;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
    const { topics: names } = parts.mirror;
    this.#refused = new RefusedItems(parts, { names, kind: "topic", add: (channels) => this.add(channels) });
  }

  /** How many channels the server has for the upstream. */
  get size(): number {
    return this.#byId.size;
  }

  /** How many of them are subscribed at the upstream. */
  get subscribed(): number {
    return [...this.#byId.values()].filter(({ isUsed }) => isUsed).length;
  }

  /** Adds channels of the current connection. Those that the server has already keep their ids. */
  add(channels: readonly Channel[]): void {
    const added = channels.filter((channel) => !this.#findAgain(channel));
    // Before the others are added, because apps reject a second channel of a topic. A new schema is a new channel.
    const topics = new Set(added.map(({ topic }) => topic));
    this.#remove([...topics].flatMap((topic) => this.#missing(this.#byTopic.get(topic) ?? [])));
    for (const channel of added) this.#add(channel);
    for (const channel of channels) {
      const mirrored = this.#bySourceId.get(channel.id);
      if (mirrored) this.#updateUse(mirrored);
    }
  }

  /** Removes channels that the upstream has removed. */
  remove(channels: readonly Channel[]): void {
    for (const { id } of channels) this.#refused.delete(id);
    this.#remove(channels.flatMap(({ id }) => this.#bySourceId.get(id) ?? []));
  }

  /** Must be called when the use of a channel of the server may have changed. */
  useChanged(id: ChannelId): void {
    const mirrored = this.#byId.get(id);
    if (mirrored) this.#updateUse(mirrored);
  }

  /** Forgets all latched messages, because they belong to an earlier session. */
  clearLatched(): void {
    for (const { id } of this.#bySourceId.values()) this.#parts.mirror.points.clearLatched(id);
  }

  /** The connection is lost. The channels stay, but have no source. */
  disconnected(): void {
    this.clearLatched();
    for (const mirrored of this.#bySourceId.values()) {
      mirrored.source = undefined;
      mirrored.isUsed = false;
    }
    this.#bySourceId.clear();
    this.#refused.clear();
  }

  /** Removes all channels that the upstream has not again in the current connection. */
  removeMissing(): void {
    this.#remove(this.#missing([...this.#byId.values()]));
  }

  /** Passes on a message. Returns whether a client or a sink uses the channel. */
  message(sourceId: ChannelId, timestamp: bigint, payload: Uint8Array): boolean {
    const mirrored = this.#bySourceId.get(sourceId);
    const { server } = this.#parts.mirror;
    if (!mirrored?.isUsed) return false;
    if (!server.channels.has(mirrored.id)) {
      // The program has removed the channel.
      this.#updateUse(mirrored);
      return false;
    }
    server.sendMessage(mirrored.id, timestamp, payload);
    return true;
  }

  /** Returns whether the server has this channel already, and connects both. */
  #findAgain(channel: Channel): boolean {
    const wanted = normalized(channel);
    const mirrored = this.#byTopic.get(channel.topic)?.find((each) =>
      each.source === undefined && isEqual(normalized(each.definition), wanted)
    );
    if (!mirrored) return false;
    mirrored.source = channel;
    this.#bySourceId.set(channel.id, mirrored);
    return true;
  }

  #missing(channels: readonly MirroredChannel[]): MirroredChannel[] {
    return channels.filter(({ source }) => source === undefined);
  }

  #add(channel: Channel): void {
    const { prefix, mirror: { server } } = this.#parts;
    const topic = prefix.outward(channel.topic);
    if (!this.#refused.takeName(channel, topic)) return;
    try {
      const id = server.addChannel(this.#initOf(channel, topic));
      const mirrored: MirroredChannel = { id, topic, definition: channel, source: channel, isUsed: false };
      this.#byId.set(id, mirrored);
      this.#bySourceId.set(channel.id, mirrored);
      const others = this.#byTopic.get(channel.topic);
      if (others) others.push(mirrored);
      else this.#byTopic.set(channel.topic, [mirrored]);
    } catch (error) {
      this.#refused.reject(channel, topic, textOf(error));
    }
  }

  #initOf(channel: Channel, topic: string): ChannelInit {
    const { isLatched, policyOf } = this.#parts.mirror;
    const { encoding, schemaName, schema, schemaEncoding } = channel;
    const depth = foreignLatchDepth(channel, isLatched);
    const metadata = withLatchDepth(channel.metadata, 0);
    return {
      ...policyOf(topic),
      topic,
      encoding,
      schemaName,
      schema,
      ...(schemaEncoding !== undefined && { schemaEncoding }),
      ...(metadata && { metadata }),
      ...(depth > 0 && { latch: { depth } }),
    };
  }

  #remove(removed: readonly MirroredChannel[]): void {
    const { mirror: { server, topics } } = this.#parts;
    for (const mirrored of removed) {
      const { id, topic, definition, source, isUsed } = mirrored;
      this.#byId.delete(id);
      if (source) this.#bySourceId.delete(source.id);
      const others = this.#byTopic.get(definition.topic)?.filter((each) => each !== mirrored) ?? [];
      if (others.length > 0) this.#byTopic.set(definition.topic, others);
      else this.#byTopic.delete(definition.topic);
      topics.release(topic);
      if (source && isUsed) this.#parts.upstream.unsubscribe(source);
    }
    if (removed.length > 0) server.removeChannels(removed.map(({ id }) => id));
  }

  #updateUse(mirrored: MirroredChannel): void {
    const { upstream, mirror: { points } } = this.#parts;
    const { source, id } = mirrored;
    const isUsed = points.isUsed(id);
    if (!source || isUsed === mirrored.isUsed) return;
    mirrored.isUsed = isUsed;
    if (isUsed) {
      upstream.subscribe(source);
    } else {
      upstream.unsubscribe(source);
      points.clearLatched(id);
    }
  }
}

/** Returns a channel without what differs between connections. */
function normalized(channel: Channel): object {
  return { metadata: {}, ...channel, id: 0 };
}
