// RingFanOut: sends a message to all subscribers in all workers, by writing it to the ring once.

import { MESSAGE_DATA_HEADER_BYTES } from "../../protocol/message_data.ts";
import type { ChannelEntry, Subscriber } from "../../session/channel_table.ts";
import type { FanOut, Receiver } from "../../server/delivery/fan_out.ts";
import type { ChannelSource, DataFrame } from "../../server/delivery/outbox.ts";
import type { RingWriter } from "../ring.ts";
import { type PendingChanges, RemoteOutbox } from "./remote_outbox.ts";
import type { WorkerLink } from "./worker_link.ts";

/** A channel, as the workers know it. */
interface SharedState {
  /** The version of the subscribers that the workers know. */
  version: number;
  /** The number of the last message. */
  number: number;
  readonly subscribers: Map<Subscriber<Receiver>, RemoteOutbox>;
  /** The workers of the subscribers. */
  links: ReadonlySet<WorkerLink>;
}

/** The messages of all channels of one server. */
export class RingFanOut implements FanOut {
  readonly #ring: RingWriter;
  readonly #links: Iterable<WorkerLink>;
  readonly #pending: PendingChanges;
  readonly #states = new Map<ChannelSource, SharedState>();

  /** `links`: the live workers. */
  constructor(ring: RingWriter, links: Iterable<WorkerLink>, pending: PendingChanges) {
    this.#ring = ring;
    this.#links = links;
    this.#pending = pending;
  }

  sendToAll(message: DataFrame, source: ChannelSource, entry: ChannelEntry<Receiver>): void {
    const state = this.#stateOf(source);
    if (this.#pending.count > 0) advertiseChanges(entry);
    if (state.version !== entry.version) this.#share(source, state, entry);
    if (state.subscribers.size === 0) return;
    state.number = (state.number + 1) >>> 0;
    const payload = message.bytes.subarray(MESSAGE_DATA_HEADER_BYTES);
    const { timestamp } = message;
    const isReliable = source.policy.delivery === "reliable";
    if (isReliable || payload.byteLength > this.#ring.maxPayloadBytes) {
      return this.#post(source, state, timestamp, payload, isReliable);
    }
    for (const link of this.#links) link.flush();
    this.#ring.write(source.id, state.number, timestamp, payload);
  }

  closed(source: ChannelSource): void {
    this.#states.delete(source);
    for (const link of this.#links) link.removeChannel(source.id);
  }

  #stateOf(source: ChannelSource): SharedState {
    let state = this.#states.get(source);
    if (!state) this.#states.set(source, state = { version: 0, number: 0, subscribers: new Map(), links: new Set() });
    return state;
  }

  /** Sends the workers the subscribers that were added or removed since the last message. */
  #share(source: ChannelSource, state: SharedState, entry: ChannelEntry<Receiver>): void {
    const { subscribers, number } = state;
    const current = new Set(entry.subscribers);
    const channelId = source.id;
    state.version = entry.version;
    for (const [subscriber, { link, connection }] of subscribers) {
      if (current.has(subscriber)) continue;
      subscribers.delete(subscriber);
      link.send({ type: "unsubscribe", channelId, connection, number });
    }
    for (const subscriber of current) {
      const { client: { outbox }, subscriptionId } = subscriber;
      if (subscribers.has(subscriber) || !(outbox instanceof RemoteOutbox)) continue;
      const { link, connection } = outbox;
      subscribers.set(subscriber, outbox);
      link.addChannel(source);
      link.send({ type: "subscribe", channelId, connection, subscriptionId, number });
    }
    state.links = new Set(Array.from(subscribers.values(), ({ link }) => link));
  }

  /** Posts a message that does not fit into the ring, or that must not be lost. */
  #post(
    source: ChannelSource,
    { number, links }: SharedState,
    timestamp: bigint,
    payload: Uint8Array,
    isReliable: boolean,
  ): void {
    const channelId = source.id;
    for (const link of links) {
      // The worker finds out by the next number that a message is missing.
      if (!isReliable && link.isBehind) continue;
      const copy = payload.slice();
      link.send({ type: "publish", channelId, number, timestamp, payload: copy }, copy.byteLength, copy.buffer);
    }
  }
}

function advertiseChanges({ subscribers }: ChannelEntry<Receiver>): void {
  for (const { client: { outbox } } of subscribers) {
    if (outbox instanceof RemoteOutbox) outbox.advertiseChanges();
  }
}
