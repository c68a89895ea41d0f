// SubscriptionStream: a subscription with a queue, for the program to loop over.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelMatcher } from "./channel_matcher.ts";
import type { Decoders } from "./decoders.ts";
import { MessageDecoding } from "./message_decoding.ts";
import type { MessageReader, ReaderContext } from "./message_reader.ts";
import type { DecodedMessage, ReceivedMessage, Subscription, TypedSubscription } from "./subscription.ts";
import { UpdateQueue, type UpdateQueueOptions } from "./update_queue.ts";

/** The parts of a client that a {@linkcode SubscriptionStream} uses. */
export interface SubscriptionContext extends ReaderContext {
  /** The decoders of `decoded()`. */
  readonly decoders: Decoders;
  /** The decoders of `json()`. */
  readonly jsonDecoders: Decoders;
}

/** A subscription of undecoded messages. */
export class SubscriptionStream extends UpdateQueue<ReceivedMessage> implements Subscription, MessageReader {
  readonly #matcher: ChannelMatcher;
  readonly #context: SubscriptionContext;
  readonly #decoding: MessageDecoding;

  constructor(matcher: ChannelMatcher, options: UpdateQueueOptions<ReceivedMessage>, context: SubscriptionContext) {
    super(options);
    this.#matcher = matcher;
    this.#context = context;
    this.#decoding = new MessageDecoding(context);
  }

  get topic(): string | undefined {
    return this.#matcher.topic;
  }

  get channels(): readonly Channel[] {
    return this.#context.channelsOf(this);
  }

  get undecodable(): number {
    return this.#decoding.undecodable;
  }

  matches(channel: Channel): boolean {
    return this.#matcher.matches(channel);
  }

  json<T = unknown>(): TypedSubscription<T> {
    return this.decodedBy(this.#context.jsonDecoders);
  }

  decoded<T = unknown>(): TypedSubscription<T> {
    return this.decodedBy(this.#context.decoders);
  }

  /** The same messages, decoded by these decoders. */
  decodedBy<T>(decoders: Decoders): TypedSubscription<T> {
    return new DecodedStream(this, decoders, (message) => this.#decoding.decode(decoders, message));
  }
}

/** The messages of a {@linkcode SubscriptionStream}, decoded when the loop reads them. */
class DecodedStream<T> implements TypedSubscription<T> {
  readonly #source: SubscriptionStream;
  readonly #decoders: Decoders;
  readonly #decode: (message: ReceivedMessage) => DecodedMessage<T> | undefined;

  constructor(
    source: SubscriptionStream,
    decoders: Decoders,
    decode: (message: ReceivedMessage) => DecodedMessage<T> | undefined,
  ) {
    this.#source = source;
    this.#decoders = decoders;
    this.#decode = decode;
  }

  get topic(): string | undefined {
    return this.#source.topic;
  }

  get channels(): readonly Channel[] {
    return this.#source.channels;
  }

  get undecodable(): number {
    return this.#source.undecodable;
  }

  get dropped(): number {
    return this.#source.dropped;
  }

  get queued(): number {
    return this.#source.queued;
  }

  async next(): Promise<IteratorResult<DecodedMessage<T>, undefined>> {
    while (true) {
      const result = await this.#source.next();
      if (result.done) return result;
      const loading = this.#decoders.load(result.value.channel);
      if (loading) await loading;
      const value = this.#decode(result.value);
      if (value) return { done: false, value };
    }
  }

  return(): Promise<IteratorResult<DecodedMessage<T>, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  close(): void {
    this.#source.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#source[Symbol.asyncDispose]();
  }
}
