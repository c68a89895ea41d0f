// Subscription: the messages of a topic, for the application to loop over.

import type { Channel } from "../protocol/channels.ts";
import type { Decoders } from "./decoders.ts";
import { UpdateQueue, type UpdateQueueOptions } from "./update_queue.ts";
import type { UpdateStream } from "./update_stream.ts";

/** A message of a subscribed channel. */
export interface ReceivedMessage {
  /**
   * The channel of the message, with its topic, encoding and schema. After a reconnect it is a new object, maybe with
   * another id.
   */
  channel: Channel;
  /** In ns, as set by the server. */
  timestamp: bigint;
  /**
   * The bytes of the message, in the channel's encoding. This is a view of the received frame, not a copy. It may be
   * kept without a time limit. All subscriptions to the topic share it.
   */
  payload: Uint8Array;
}

/** A message together with its decoded value. */
export interface DecodedMessage<T> extends ReceivedMessage {
  /** The decoded payload. */
  value: T;
}

/** Options of a subscription. */
export interface SubscribeOptions {
  /**
   * How many messages may be queued for the loop. When the queue is full, the oldest message is dropped and counted in
   * `dropped`. A higher value survives longer pauses of the loop, but then the loop reads older data. With 1 the loop
   * always gets the newest message.
   *
   * @default {1000}
   */
  maxQueued?: number;
  /**
   * The size limit of the queue, in bytes of payloads. Beyond it, the oldest messages are dropped. A single message may
   * be larger.
   *
   * @default {67_108_864} 64 MiB
   */
  maxQueuedBytes?: number;
  /**
   * Ends the subscription when it aborts. The loop reads the queued messages and then rejects with the signal's reason.
   */
  signal?: AbortSignal;
}

/**
 * The messages of a topic, or of all channels that a predicate accepts, in the order in which they arrive. A
 * subscription survives reconnects and lasts until it or the client is closed.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
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
export interface Subscription extends UpdateStream<ReceivedMessage> {
  /** The subscribed topic; `undefined` if the subscription has a predicate. */
  readonly topic: string | undefined;
  /** The channels that the subscription currently receives. Empty while the server does not advertise the topic. */
  readonly channels: readonly Channel[];
  /** How many messages `json()` and `decoded()` have skipped so far because they could not be decoded. */
  readonly undecodable: number;
  /**
   * The same messages with their JSON decoded. The values are not checked against `T`. Messages that are not JSON are
   * skipped and counted in `undecodable`. `onError` receives the reason; for a channel with another encoding it is
   * called once. `onWarning` reports the first skipped message.
   */
  json<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined>;
  /**
   * The same messages, decoded by the entry of the option `decoders` for the channel's encoding. Messages that it
   * cannot decode, and messages of channels without a decoder, are skipped and counted as in `json()`.
   */
  decoded<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined>;
}

/** The parts of the client that a subscription uses. */
export interface SubscriptionContext {
  channelsOf(subscription: SubscriptionStream): readonly Channel[];
  /** The decoders of the option `decoders`. */
  readonly decoders: Decoders;
  readonly jsonDecoders: Decoders;
  onError(error: unknown): void;
  onWarning(message: string): void;
}

/** The side of a subscription that the client fills with messages. */
export class SubscriptionStream extends UpdateQueue<ReceivedMessage> implements Subscription {
  readonly topic: string | undefined;
  /** Returns `unknown`, because JavaScript callers may pass a predicate that does not return a boolean. */
  readonly #predicate: (channel: Channel) => unknown;
  readonly #context: SubscriptionContext;
  #undecodable = 0;
  #hasReportedPredicate = false;

  constructor(
    topic: string | ((channel: Channel) => boolean),
    options: UpdateQueueOptions<ReceivedMessage>,
    context: SubscriptionContext,
  ) {
    super(options);
    this.topic = typeof topic === "string" ? topic : undefined;
    this.#predicate = typeof topic === "string" ? (channel) => channel.topic === topic : topic;
    this.#context = context;
  }

  get channels(): readonly Channel[] {
    return this.#context.channelsOf(this);
  }

  get undecodable(): number {
    return this.#undecodable;
  }

  /**
   * Whether this subscription includes the channel. Never throws: if the predicate throws, the channel does not match.
   */
  matches(channel: Channel): boolean {
    try {
      const result = this.#predicate(channel);
      if (typeof result === "boolean") return result;
      this.#reportPredicateResult(result);
    } catch (error) {
      this.#context.onError(error);
    }
    return false;
  }

  json<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined> {
    return this.#decoded(this.#context.jsonDecoders);
  }

  decoded<T = unknown>(): AsyncIterableIterator<DecodedMessage<T>, undefined, undefined> {
    return this.#decoded(this.#context.decoders);
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
        this.#countUndecodable(result.value.channel, decoded);
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

  #countUndecodable({ topic }: Channel, failure: { error: unknown } | undefined): void {
    this.#undecodable += 1;
    if (failure) this.#context.onError(failure.error);
    if (this.#undecodable > 1) return;
    this.#context.onWarning(`Cannot decode a message of "${topic}": it is skipped and counted in "undecodable"`);
  }

  /**
   * Reports a result that is not a boolean, once. Such a result does not match: a promise, for example, would match
   * every channel.
   */
  #reportPredicateResult(result: unknown): void {
    // An async predicate may reject, and an unhandled rejection would end the program.
    if (result instanceof Promise) result.catch(() => {});
    if (this.#hasReportedPredicate) return;
    this.#hasReportedPredicate = true;
    const kind = result instanceof Promise ? "a promise" : result === null ? "null" : typeof result;
    this.#context.onError(
      new TypeError(`Cannot match channels: the predicate of a subscription returned ${kind}, not a boolean`),
    );
  }
}
