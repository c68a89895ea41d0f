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

/** A channel of an upstream, which several clients share. */
interface SharedPublication {
  readonly target: PublicationTarget;
  readonly init: PublicationInit;
  readonly publication: UpstreamPublication;
  /** How many channels of clients use it. */
  users: number;
}

/** The channels of all clients. Equal channels of several clients are one channel at the upstream. */
export class Publications {
  readonly #byTopic = new Map<string, SharedPublication[]>();
  readonly #byClient = new Map<ClientId, Map<ClientChannelId, readonly SharedPublication[]>>();

  /** A client advertises a channel. `targets` have the name of the topic at each upstream. */
  add(
    client: ClientId,
    { id, encoding, schemaName, schema, schemaEncoding }: ClientChannel,
    targets: readonly { readonly target: PublicationTarget; readonly topic: string }[],
  ): void {
    if (targets.length === 0) return;
    const shared = targets.map(({ target, topic }) =>
      this.#share(target, {
        topic,
        encoding,
        schemaName,
        ...(schema !== undefined && { schema }),
        ...(schemaEncoding !== undefined && { schemaEncoding }),
      })
    );
    const channels = this.#byClient.get(client) ?? new Map();
    channels.set(id, shared);
    this.#byClient.set(client, channels);
  }

  /** A client has removed a channel, or has left. */
  remove(client: ClientId, channelId: ClientChannelId): void {
    const channels = this.#byClient.get(client);
    for (const shared of channels?.get(channelId) ?? []) this.#release(shared);
    channels?.delete(channelId);
    if (channels?.size === 0) this.#byClient.delete(client);
  }

  /** A client publishes a message. */
  publish(client: ClientId, channelId: ClientChannelId, payload: Uint8Array): void {
    for (const { publication, target } of this.#byClient.get(client)?.get(channelId) ?? []) {
      if (!publication.publish(payload)) target.countDropped();
    }
  }

  /** Forgets an upstream that was removed. */
  removeTarget(target: PublicationTarget): void {
    for (const channels of this.#byClient.values()) {
      for (const [id, shared] of channels) channels.set(id, shared.filter((each) => each.target !== target));
    }
    for (const [topic, shared] of this.#byTopic) {
      const others = shared.filter((each) => each.target !== target);
      if (others.length > 0) this.#byTopic.set(topic, others);
      else this.#byTopic.delete(topic);
    }
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
