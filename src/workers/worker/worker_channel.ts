// WorkerChannel: a channel and its subscribers in one worker.

import { CompressionTrial } from "../../server/delivery/compression_trial.ts";
import type { ChannelPolicy } from "../../server/delivery/channel_policy.ts";
import type { ChannelSource, DataFrame } from "../../server/delivery/outbox.ts";
import { noTraffic, type Traffic } from "../../server/delivery/traffic.ts";
import type { ChannelId, SubscriptionId } from "../../protocol/ids.ts";
import { CHANNEL_COLUMNS as AT, CHANNEL_WIDTH, type ConnectionNumber, type SharedChannel } from "../messages.ts";
import type { WorkerClient } from "./worker_client.ts";

interface Subscriber {
  readonly client: WorkerClient;
  readonly subscriptionId: SubscriptionId;
}

/** Sends the messages of one channel to the clients of this worker. */
export class WorkerChannel implements ChannelSource {
  readonly id: ChannelId;
  readonly topic: string;
  readonly policy: ChannelPolicy;
  readonly compression: CompressionTrial = new CompressionTrial();
  /** Counts since the last `takeFigures()`. */
  traffic: Traffic = noTraffic();
  readonly #subscribers = new Map<ConnectionNumber, Subscriber>();
  /** The number of the last message. */
  #number = 0;

  constructor({ id, topic, policy }: SharedChannel) {
    this.id = id as ChannelId;
    this.topic = topic;
    this.policy = { ...policy, latch: undefined };
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size > 0;
  }

  /** Adds a subscriber. `number`: the number of the last message before. */
  subscribe(client: WorkerClient, subscriptionId: number, number: number): void {
    this.#catchUp(number);
    this.#subscribers.set(client.number, { client, subscriptionId: subscriptionId as SubscriptionId });
  }

  /** Removes a subscriber. `number`: the number of the last message before. */
  unsubscribe(connection: ConnectionNumber, number: number): void {
    this.#catchUp(number);
    this.#subscribers.delete(connection);
  }

  /** Removes a client whose connection has closed. */
  forget(connection: ConnectionNumber): void {
    this.#subscribers.delete(connection);
  }

  /** Sends a message to all subscribers. `number`: its number. */
  publish(message: DataFrame, number: number): void {
    this.#catchUp((number - 1) >>> 0);
    this.#number = number;
    for (const { client, subscriptionId } of this.#subscribers.values()) {
      client.outbox.sendData(message, subscriptionId, this);
    }
  }

  /** Returns the counts since the last call, by `CHANNEL_COLUMNS`; `undefined` if nothing has changed. */
  takeFigures(): number[] | undefined {
    const { messagesSent, bytesSent, drops: { queue, age, replaced } } = this.traffic;
    if (messagesSent + queue + age + replaced === 0) return undefined;
    this.traffic = noTraffic();
    const row = new Array<number>(CHANNEL_WIDTH).fill(0);
    row[AT.channelId] = this.id;
    row[AT.messagesSent] = messagesSent;
    row[AT.bytesSent] = bytesSent;
    row[AT.queue] = queue;
    row[AT.age] = age;
    row[AT.replaced] = replaced;
    return row;
  }

  /** Counts the messages before this number that the worker has not read, because it was too slow. */
  #catchUp(number: number): void {
    const missed = (number - this.#number) >>> 0;
    this.#number = number;
    if (missed === 0) return;
    for (const { client } of this.#subscribers.values()) client.missed(this, missed);
  }
}
