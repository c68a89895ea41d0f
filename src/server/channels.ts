// Channels: adds and removes the channels of a server.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";
import { ChannelIndex } from "../session/channel_index.ts";
import { channelWarnings } from "../session/channel_warnings.ts";
import type { RemovedChannel, ServerState } from "../session/server_state.ts";
import type { Advertiser } from "./clients/advertiser.ts";
import { CHANNEL_NAMES, channelFrom, type ChannelInit } from "./channel_init.ts";
import type { ClientList } from "./clients/client_list.ts";
import type { Connection } from "./clients/connection.ts";
import type { EffectRunner } from "./clients/effect_runner.ts";
import { ChannelPublisher, type ChannelPublisherOptions } from "./delivery/channel_publisher.ts";
import type { SinkChannel } from "./delivery/sink_channel.ts";
import type { Sinks } from "./delivery/sinks.ts";
import type { Greeting } from "./clients/greeting.ts";
import type { Logger } from "../logger.ts";
import type { StatsCollector } from "./stats/stats_collector.ts";
import { warnOfMisspelled } from "./misspelled.ts";

/** The parts of a server that `Channels` uses. */
export interface ChannelsParts {
  state: ServerState<Connection>;
  clients: ClientList;
  effects: EffectRunner;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
  /** `Channels` adds and removes the entries. */
  publishers: Map<ChannelId, ChannelPublisher>;
  publisherOptions: ChannelPublisherOptions;
  sinks: Sinks;
  stats: StatsCollector;
  logger: Logger;
}

/** Adds and removes channels. */
export class Channels {
  readonly #parts: ChannelsParts;
  readonly #index = new ChannelIndex<Channel>();

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
  }

  /** Adds all of these channels or, if it throws, none. */
  add(channels: readonly ChannelInit[]): ChannelId[] {
    const { state, clients, greeting, advertiser, publishers, publisherOptions, sinks } = this.#parts;
    const checked = channels.map(channelFrom);
    for (const init of channels) {
      warnOfMisspelled(this.#parts.logger, `of channel "${init.topic}"`, init, CHANNEL_NAMES);
    }
    const forSinks: SinkChannel[] = [];
    const added = checked.map(({ channel, policy }) => {
      this.#warn(channel);
      const entry = state.addChannel(channel);
      this.#index.add(entry.channel);
      const publisher = new ChannelPublisher(entry, policy, publisherOptions);
      publishers.set(entry.channel.id, publisher);
      forSinks.push(...sinks.connect(publisher));
      return entry.channel;
    });
    if (added.length === 0) return [];
    greeting.channelsChanged();
    // Calls the option `channelFilter` now, because a later call could happen while a message is being sent.
    for (const { session } of clients.list()) session.visible(added);
    advertiser.add(added.map((channel) => ({ type: "channelAdded", channel })));
    // Last, because sinks may call the server.
    sinks.announce(forSinks);
    return added.map(({ id }) => id);
  }

  /** Returns the live channels of a topic, in the order in which they were added. */
  ofTopic(topic: string): Iterable<Channel> {
    return this.#index.ofTopic(topic);
  }

  /** Must be called when a new session begins. */
  resetSession(): void {
    this.#index.resetSession();
  }

  /** Removes the channels that exist. Returns how many it removed. */
  remove(channelIds: Iterable<ChannelId>): number {
    const { clients, effects, greeting, advertiser, sinks } = this.#parts;
    const removed = [...new Set(channelIds)].flatMap((id) => this.#remove(id) ?? []);
    if (removed.length === 0) return 0;
    greeting.channelsChanged();
    for (const connection of clients.list()) {
      for (const { channel, forgottenSchema } of removed) {
        connection.outbox.purge(channel.id);
        if (forgottenSchema !== undefined) connection.session.schemas?.delete(forgottenSchema);
        if (!connection.session.forgetChannel(channel.id)) advertiser.hide(connection, channel.id);
      }
    }
    advertiser.add(removed.map(({ channel }) => ({ type: "channelRemoved", channelId: channel.id })));
    for (const { ended } of removed) {
      for (const { client, effect } of ended) effects.run(client, [effect]);
    }
    for (const { channel } of removed) sinks.channelRemoved(channel.id);
    return removed.length;
  }

  #warn(channel: Omit<Channel, "id">): void {
    const { logger } = this.#parts;
    const warnings = channelWarnings(channel, this.#index.related(channel), this.#index.earlierTopic(channel));
    for (const warning of warnings) logger.warn(warning);
  }

  #remove(channelId: ChannelId): RemovedChannel<Connection> | undefined {
    const { state, publishers, stats } = this.#parts;
    const removed = state.removeChannel(channelId);
    if (!removed) return undefined;
    this.#index.remove(removed.channel);
    const publisher = publishers.get(channelId);
    publisher?.close();
    if (publisher) stats.channelRemoved(publisher);
    publishers.delete(channelId);
    return removed;
  }
}
