// Subscriber: creates the subscriptions of a client.

import type { Channel } from "../protocol/channels.ts";
import { CallbackReader } from "./callback_reader.ts";
import { ChannelMatcher, type ChannelSelector } from "./channel_matcher.ts";
import type { MessageReader } from "./message_reader.ts";
import type { CallbackSubscription, SubscribeCallbackOptions, SubscribeOptions, Subscription } from "./subscription.ts";
import { type SubscriptionContext, SubscriptionStream } from "./subscription_stream.ts";
import type { Subscriptions } from "./subscriptions.ts";

const DEFAULT_MAX_QUEUED = 1000;
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** The parts of a client that a {@linkcode Subscriber} uses. */
export interface SubscriberContext extends Omit<SubscriptionContext, "channelsOf"> {
  readonly subscriptions: Subscriptions;
  /** The advertised channels with this topic, or all. */
  channels(topic: string | undefined): Iterable<Channel>;
  /** Reports an error of `onMessage`. */
  onCallbackError(error: unknown): void;
}

/** Checks the arguments of `FoxgloveClient.subscribe()`, and creates subscriptions. */
export class Subscriber {
  readonly #context: SubscriberContext;
  readonly #subscriptionContext: SubscriptionContext;

  constructor(context: SubscriberContext) {
    const { subscriptions } = context;
    this.#context = context;
    this.#subscriptionContext = { ...context, channelsOf: (reader) => subscriptions.channelsOf(reader) };
  }

  /** See `FoxgloveClient.subscribe()`. */
  subscribe(
    selector: ChannelSelector,
    options: SubscribeOptions | SubscribeCallbackOptions,
  ): Subscription | CallbackSubscription {
    const matcher = new ChannelMatcher(selector, this.#context.onError);
    const reader = "onMessage" in options && options.onMessage !== undefined
      ? this.#callback(matcher, options)
      : this.#stream(matcher, options);
    this.#context.subscriptions.add(reader, () => this.#context.channels(matcher.topic));
    return reader;
  }

  #stream(matcher: ChannelMatcher, options: SubscribeOptions): SubscriptionStream {
    const { maxQueued = DEFAULT_MAX_QUEUED, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES, signal } = options;
    for (const [name, value] of Object.entries({ maxQueued, maxQueuedBytes })) {
      if (!(value > 0)) throw new RangeError(`Cannot subscribe: ${name} must be above 0, not ${value}`);
    }
    const stream: SubscriptionStream = new SubscriptionStream(matcher, {
      maxQueued,
      maxQueuedBytes,
      sizeOf: ({ payload }) => payload.byteLength,
      signal,
      onEnd: () => this.#context.subscriptions.remove(stream),
    }, this.#subscriptionContext);
    return stream;
  }

  #callback(matcher: ChannelMatcher, options: SubscribeCallbackOptions & SubscribeOptions): CallbackReader {
    const { onMessage, signal } = options;
    if (typeof onMessage !== "function") {
      throw new TypeError(`Cannot subscribe: onMessage must be a function, not ${typeof onMessage}`);
    }
    for (const name of ["maxQueued", "maxQueuedBytes"] as const) {
      if (options[name] === undefined) continue;
      throw new TypeError(`Cannot subscribe: ${name} has no effect with onMessage, which has no queue`);
    }
    return new CallbackReader(matcher, {
      onMessage,
      onCallbackError: this.#context.onCallbackError,
      signal,
      onEnd: (reader: MessageReader) => this.#context.subscriptions.remove(reader),
    }, this.#subscriptionContext);
  }
}
