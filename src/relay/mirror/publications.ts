// Publications: the channels on which clients of a mirror publish, and those of the upstreams behind them.

import type { ClientChannel } from "../../protocol/client_publish.ts";
import type { ClientChannelId } from "../../protocol/ids.ts";
import { isEqual } from "../../protocol/is_equal.ts";
import type { ClientId } from "../../server/client_info.ts";
import type { PublicationInit, UpstreamPublication } from "./upstream.ts";

/** An upstream that gets what clients publish. */
export interface PublicationTarget {
  /** Adds a channel to publish on. */
  advertise(channel: PublicationInit): UpstreamPublication;
  /** Counts a message that could not be sent. */
  countDropped(): void;
}

/** An upstream to which a topic of clients belongs, with its own name of the topic. */
export interface PublicationRoute {
  readonly upstream: PublicationTarget;
  readonly name: string;
}

/** A channel of an upstream, which several clients share. */
interface SharedPublication {
  readonly target: PublicationTarget;
  readonly init: PublicationInit;
  readonly publication: UpstreamPublication;
  /** How many channels of clients use it. */
  users: number;
}

/** A channel of a client. */
interface Publisher {
  readonly channel: ClientChannel;
  /** Empty if no upstream has the topic. */
  shared: readonly SharedPublication[];
}

/** The channels of all clients. Equal channels of several clients are one channel at the upstream. */
export class Publications {
  readonly #routesOf: (topic: string) => readonly PublicationRoute[];
  /** By the topic at the upstream. */
  readonly #byTopic = new Map<string, SharedPublication[]>();
  readonly #byClient = new Map<ClientId, Map<ClientChannelId, Publisher>>();

  /** `routesOf` returns the upstreams that a topic of clients belongs to. */
  constructor(routesOf: (topic: string) => readonly PublicationRoute[]) {
    this.#routesOf = routesOf;
  }

  /** A client advertises a channel. */
  add(client: ClientId, channel: ClientChannel): void {
    const channels = this.#byClient.get(client) ?? new Map<ClientChannelId, Publisher>();
    channels.set(channel.id, { channel, shared: this.#shareAll(channel) });
    this.#byClient.set(client, channels);
  }

  /** A client has removed a channel, or has left. */
  remove(client: ClientId, channelId: ClientChannelId): void {
    const channels = this.#byClient.get(client);
    for (const shared of channels?.get(channelId)?.shared ?? []) this.#release(shared);
    channels?.delete(channelId);
    if (channels?.size === 0) this.#byClient.delete(client);
  }

  /** A client publishes a message. */
  publish(client: ClientId, channelId: ClientChannelId, payload: Uint8Array): void {
    for (const { publication, target } of this.#byClient.get(client)?.get(channelId)?.shared ?? []) {
      if (!publication.publish(payload)) target.countDropped();
    }
  }

  /** Must be called when an upstream was added or removed, because topics may belong to others now. */
  routesChanged(): void {
    for (const channels of this.#byClient.values()) {
      for (const publisher of channels.values()) {
        const before = publisher.shared;
        // First, so that a channel that stays is not removed and added again.
        publisher.shared = this.#shareAll(publisher.channel);
        for (const shared of before) this.#release(shared);
      }
    }
  }

  #shareAll({ topic, encoding, schemaName, schema, schemaEncoding }: ClientChannel): SharedPublication[] {
    return this.#routesOf(topic).map(({ upstream, name }) =>
      this.#share(upstream, {
        topic: name,
        encoding,
        schemaName,
        ...(schema !== undefined && { schema }),
        ...(schemaEncoding !== undefined && { schemaEncoding }),
      })
    );
  }

  #share(target: PublicationTarget, init: PublicationInit): SharedPublication {
    const ofTopic = this.#byTopic.get(init.topic) ?? [];
    const existing = ofTopic.find((each) => each.target === target && isEqual(each.init, init));
    if (existing) {
      existing.users += 1;
      return existing;
    }
    const shared = { target, init, publication: target.advertise(init), users: 1 };
    this.#byTopic.set(init.topic, [...ofTopic, shared]);
    return shared;
  }

  #release(shared: SharedPublication): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.publication.close();
    const { topic } = shared.init;
    const others = this.#byTopic.get(topic)?.filter((each) => each !== shared) ?? [];
    if (others.length > 0) this.#byTopic.set(topic, others);
    else this.#byTopic.delete(topic);
  }
}
