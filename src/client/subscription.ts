// Subscription: the messages of a topic, as a client's owner loops over them.

import type { Channel } from "../protocol/channels.ts";
import type { Decoders } from "./decoders.ts";
import { Stream, type StreamOptions, type Updates } from "./stream.ts";

/** One message. */
export interface ReceivedMessage {
  /** On which it came: its topic, encoding and schema. After a reconnect another object, maybe with another id. */
  channel: Channel;
  /** In ns, as the server gave it. */
  timestamp: bigint;
  /**
   * In the channel's encoding. A view of the frame as it was received, not a copy: it may be kept as long as you like, and
   * all subscriptions to the topic are given the same.
   */
  payload: Uint8Array;
}

/** One message, and what it says. */
export interface DecodedMessage<T> extends ReceivedMessage {
  /** What the decoder made of the payload. */
  value: T;
}

/** How much a subscription may hold. */
export interface SubscribeOptions {
  /**
   * Messages that may wait for the loop; beyond it the oldest is dropped, and counted. More rides out longer pauses of the
   * loop, and shows older data after them; with 1 the loop always gets the newest.
   *
   * @default {1000}
   */
  maxQueued?: number;
  /**
   * Bytes of payloads that may wait for the loop; a single message may have more.
   *
   * @default {67_108_864} 64 MiB
   */
  maxQueuedBytes?: number;
  /** Ends the subscription: a loop that waits is given the signal's reason. */
  signal?: AbortSignal;
}

/**
 * The messages of a topic, or of all topics that a predicate accepts, in the order in which they came; across reconnects, for as
 * long as the client lives.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * server.start();
 * const battery = server.addChannel({ topic: "/battery", encoding: "json", latch: true });
 * server.sendMessage(battery, 5n, '{"volts":12.6}');
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * for await (const { timestamp, value } of client.subscribe("/battery").json<{ volts: number }>()) {
 *   assertEquals([timestamp, value.volts], [5n, 12.6]);
 *   break; // Leaving the loop ends the subscription.
 * }
 * ```
 */
export interface Subscription extends Updates<ReceivedMessage> {
  /** As it was asked for; absent where a predicate was. */
  readonly topic: string | undefined;
  /** Those that it has now; none while the server does not advertise the topic. */
  readonly channels: readonly Channel[];
  /** How many messages `json()` or `decoded()` has skipped so far because they could not be decoded. */
  readonly undecodable: number;
  /**
   * The same messages with their JSON read, which is not checked against `T`. Messages that are not JSON are skipped and counted
   * as `undecodable`. `onError` is told why, and `onWarning` of the first.
   */
  json<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined>;
  /**
   * The same messages, read by the decoder that the option `decoders` has for the channel's encoding. Messages that it cannot
   * decode, and those of channels without a decoder, are skipped and counted as with `json()`.
   */
  decoded<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined>;
}

/** What a subscription asks of the client that made it. */
export interface SubscriptionOwner {
  channelsOf(subscription: SubscriptionStream): readonly Channel[];
  /** Of the option `decoders`. */
  readonly decoders: Decoders;
  readonly jsonDecoders: Decoders;
  onError(error: unknown): void;
  onWarning(message: string): void;
}

/** The side that is filled. */
export class SubscriptionStream extends Stream<ReceivedMessage> implements Subscription {
  readonly topic: string | undefined;
  /** As JavaScript may have it, whatever its type says. */
  readonly #predicate: (channel: Channel) => unknown;
  readonly #owner: SubscriptionOwner;
  #undecodable = 0;
  #isPredicateOdd = false;

  constructor(
    topic: string | ((channel: Channel) => boolean),
    options: StreamOptions<ReceivedMessage>,
    owner: SubscriptionOwner,
  ) {
    super(options);
    this.topic = typeof topic === "string" ? topic : undefined;
    this.#predicate = typeof topic === "string" ? (channel) => channel.topic === topic : topic;
    this.#owner = owner;
  }

  get channels(): readonly Channel[] {
    return this.#owner.channelsOf(this);
  }

  get undecodable(): number {
    return this.#undecodable;
  }

  /** Whether messages of the channel belong here. Never throws, whatever the predicate does; it then does not match. */
  wants(channel: Channel): boolean {
    try {
      const answer = this.#predicate(channel);
      if (typeof answer === "boolean") return answer;
      this.#refuse(answer);
    } catch (error) {
      this.#owner.onError(error);
    }
    return false;
  }

  json<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined> {
    return this.#decoded(this.#owner.jsonDecoders);
  }

  decoded<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined> {
    return this.#decoded(this.#owner.decoders);
  }

  #decoded<T>(decoders: Decoders): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined> {
    const next = async (): Promise<IteratorResult<DecodedMessage<T>, undefined>> => {
      while (true) {
        const result = await this.next();
        if (result.done) return result;
        const decoded = decoders.decode(result.value.channel, result.value.payload);
        if (decoded && "value" in decoded) {
          return { done: false, value: { ...result.value, value: decoded.value as T } };
        }
        this.#skipped(result.value.channel, decoded);
      }
    };
    return {
      next,
      return: () => {
        this.close();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #skipped({ topic }: Channel, failure: { error: unknown } | undefined): void {
    this.#undecodable += 1;
    if (failure) this.#owner.onError(failure.error);
    if (this.#undecodable > 1) return;
    this.#owner.onWarning(`Cannot decode a message of "${topic}": it is skipped; "undecodable" counts such messages`);
  }

  /** A promise would match every channel. */
  #refuse(answer: unknown): void {
    // An async predicate may reject, which would end the program.
    if (answer instanceof Promise) answer.catch(() => {});
    if (this.#isPredicateOdd) return;
    this.#isPredicateOdd = true;
    const what = answer instanceof Promise ? "a promise" : answer === null ? "null" : typeof answer;
    this.#owner.onError(
      new TypeError(`Cannot match channels: the predicate of a subscription returned ${what}, not a boolean`),
    );
  }
}
