// ClientSource: passes the channels and messages of a client to a sink.

import type { CallbackSubscription, FoxgloveClient, FoxgloveClientListener } from "../../client/mod.ts";
import { nameMatcher, type NamePattern, namePatternsFrom, topicMatcher } from "../../name_patterns.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import { foreignLatchDepth, LATCHED_TOPICS } from "../../protocol/latch_depth.ts";
import { checkSink, type MessageSink } from "../../server/delivery/message_sink.ts";

/** Options of {@linkcode forwardToSink}. */
export interface ForwardOptions {
  /** The topics to subscribe to: names, prefixes such as `"/camera/*"`, or regular expressions. Default: all topics. */
  readonly topics?: readonly NamePattern[];
  /**
   * The topics that are latched, although the metadata of their channels does not say it. Servers of this package say
   * it, and recordings of ROS. The newest messages of latched channels are repeated in later files.
   *
   * @default {["/tf_static", "/robot_description", "/map"]}
   */
  readonly latch?: readonly NamePattern[];
}

/** Which topics a source has. */
export interface SourceTopics {
  /** Whether a topic is selected. */
  includes(topic: string): boolean;
  /** Whether a topic is latched, although its channel does not say it. */
  isLatched(topic: string): boolean;
}

/**
 * Checks and copies the options.
 *
 * @param cannot The beginning of the error texts.
 * @throws {TypeError} If a topic is not valid.
 */
export function sourceTopics(cannot: string, { topics, latch = LATCHED_TOPICS }: ForwardOptions): SourceTopics {
  return {
    includes: topicMatcher(cannot, topics),
    isLatched: nameMatcher(namePatternsFrom(cannot, "latch", latch)),
  };
}

/**
 * Subscribes to the topics of a server, and passes its channels and messages to a sink, as `FoxgloveServer.addSink()`
 * does for a server of this program. Reconnects continue it. The result ends it; so does the end of the client. The
 * `close()` of the sink is not called.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { forwardToSink, ringRecorder } from "@x/foxglove-ws/mcap";
 *
 * await using robot = new FoxgloveServer({ name: "another robot", port: 0 });
 * await robot.start();
 *
 * await using client = await FoxgloveClient.connect(robot.url!);
 * const ring = ringRecorder({ seconds: 60 });
 * using _ = forwardToSink(client, ring, { topics: ["/odom", "/camera/*"] });
 * ```
 *
 * @throws {TypeError} If the sink lacks a method or is closed, or a topic is not valid.
 * @throws {ConnectionClosedError} If the client has ended.
 */
export function forwardToSink(client: FoxgloveClient, sink: MessageSink, options: ForwardOptions = {}): Disposable {
  checkSink("Cannot forward messages", sink);
  return new ClientSource(client, sink, sourceTopics("Cannot forward messages", options));
}

/** A subscription whose messages a sink gets. */
export class ClientSource implements Disposable {
  readonly #client: FoxgloveClient;
  readonly #sink: MessageSink;
  readonly #topics: SourceTopics;
  readonly #subscription: CallbackSubscription;
  /** The ids of channels at the sink. Ids of the server may return with other channels, after a reconnect. */
  readonly #ids = new Map<Channel, ChannelId>();
  readonly #listener: FoxgloveClientListener = {
    onAdvertise: (_client, channels) => channels.forEach((channel) => this.#idOf(channel)),
    onUnadvertise: (_client, channels) => channels.forEach((channel) => this.#remove(channel)),
  };
  #lastId = 0;

  /** Subscribes, and adds the known channels to the sink. */
  constructor(client: FoxgloveClient, sink: MessageSink, topics: SourceTopics) {
    this.#client = client;
    this.#sink = sink;
    this.#topics = topics;
    this.#subscription = client.subscribe(({ topic }) => topics.includes(topic), {
      onMessage: ({ channel, timestamp, payload }) => {
        const id = this.#idOf(channel);
        if (id !== undefined) sink.message(id, timestamp, payload);
      },
    });
    client.addListener(this.#listener);
    for (const channel of client.channels.values()) this.#idOf(channel);
  }

  /** Unsubscribes. */
  [Symbol.dispose](): void {
    this.#client.removeListener(this.#listener);
    this.#subscription.close();
  }

  /** Returns the id of a channel at the sink; `undefined` if it is not selected. Adds a new channel to the sink. */
  #idOf(channel: Channel): ChannelId | undefined {
    const known = this.#ids.get(channel);
    if (known !== undefined || !this.#topics.includes(channel.topic)) return known;
    this.#lastId += 1;
    const id = this.#lastId as ChannelId;
    this.#ids.set(channel, id);
    const latchDepth = foreignLatchDepth(channel, this.#topics.isLatched);
    this.#sink.channelAdded({ ...channel, id }, { latchDepth });
    return id;
  }

  #remove(channel: Channel): void {
    const id = this.#ids.get(channel);
    if (id === undefined) return;
    this.#ids.delete(channel);
    this.#sink.channelRemoved(id);
  }
}
