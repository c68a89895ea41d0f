// Subscriber: creates the subscriptions of a client.

import type { Decoder } from "../codecs/codec.ts";
import type { Channel } from "../protocol/channels.ts";
import { CallbackReader } from "./callback_reader.ts";
import { checkDecoder } from "../codecs/codec_checks.ts";
import { checkOptions } from "./check_options.ts";
import { decoderForChannel, schemaWarning } from "./channel_fit.ts";
import { ChannelMatcher, type ChannelSelector } from "./channel_matcher.ts";
import { Decoders } from "./decoders.ts";
import type { MessageReader } from "./message_reader.ts";
import type {
  CallbackSubscription,
  SubscribeCallbackOptions,
  SubscribeOptions,
  Subscription,
  TypedSubscription,
} from "./subscription.ts";
import { type SubscriptionContext, SubscriptionStream } from "./subscription_stream.ts";
import type { Subscriptions } from "./subscriptions.ts";

const DEFAULT_MAX_QUEUED = 1000;
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;

const OPTION_NAMES = ["onMessage", "maxQueued", "maxQueuedBytes", "signal"];

/** The options of both kinds of subscriptions. */
type AnyOptions = SubscribeOptions | SubscribeCallbackOptions<never>;

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

  /** Checks the arguments. Subscribes to undecoded messages, or to messages that a decoder decodes. */
  subscribe(
    selector: ChannelSelector,
    first: Decoder<unknown> | AnyOptions = {},
    second?: AnyOptions,
  ): Subscription | TypedSubscription<unknown> | CallbackSubscription {
    const action = typeof selector === "string" ? `subscribe to "${selector}"` : "subscribe";
    const isTyped = second !== undefined || typeof (first as Decoder<unknown> | null)?.decode === "function";
    const options = isTyped ? second ?? {} : first as AnyOptions;
    if (isTyped) checkDecoder(`Cannot ${action}`, first);
    const rule = isTyped ? "the third argument must be" : "the second argument must be a codec or";
    checkOptions(action, options, OPTION_NAMES, `${rule} options such as { onMessage }`);
    if (isTyped) return this.#subscribeTyped(selector, first as Decoder<unknown>, options);
    return this.#add(new ChannelMatcher(selector, this.#context.onError), options);
  }

  /** Channels that do not fit the decoder are reported and not included. */
  #subscribeTyped<T>(
    selector: ChannelSelector,
    decoder: Decoder<T>,
    options: AnyOptions,
  ): TypedSubscription<T> | CallbackSubscription {
    const matcher = new ChannelMatcher(selector, this.#context.onError, (channel) => {
      decoderForChannel(decoder, channel);
      const warning = schemaWarning(decoder, channel);
      if (warning !== undefined) this.#context.onWarning(warning);
    });
    const decoders = new Decoders(() => (channel) => {
      const fitting = decoderForChannel(decoder, channel);
      return (payload) => fitting.decode(payload);
    });
    const reader = this.#add(matcher, options, decoders);
    return reader instanceof SubscriptionStream ? reader.decodedBy(decoders) : reader;
  }

  #add(matcher: ChannelMatcher, options: AnyOptions, decoders?: Decoders): SubscriptionStream | CallbackReader {
    const reader = "onMessage" in options && options.onMessage !== undefined
      ? this.#callback(matcher, options, decoders)
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

  #callback(
    matcher: ChannelMatcher,
    options: SubscribeCallbackOptions<never> & SubscribeOptions,
    decoders: Decoders | undefined,
  ): CallbackReader {
    const { onMessage, signal } = options;
    if (typeof onMessage !== "function") {
      throw new TypeError(`Cannot subscribe: onMessage must be a function, not ${typeof onMessage}`);
    }
    for (const name of ["maxQueued", "maxQueuedBytes"] as const) {
      if (options[name] === undefined) continue;
      throw new TypeError(`Cannot subscribe: ${name} has no effect with onMessage, which has no queue`);
    }
    return new CallbackReader(matcher, {
      decoders,
      onMessage,
      onCallbackError: this.#context.onCallbackError,
      signal,
      onEnd: (reader: MessageReader) => this.#context.subscriptions.remove(reader),
    }, this.#subscriptionContext);
  }
}
