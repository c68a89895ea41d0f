// CallbackReader: a subscription that calls a function with each message.

import type { Channel } from "../protocol/channels.ts";
import { callSafely } from "./call_safely.ts";
import type { ChannelMatcher } from "./channel_matcher.ts";
import type { Decoders } from "./decoders.ts";
import { MessageDecoding } from "./message_decoding.ts";
import type { MessageReader, ReaderContext } from "./message_reader.ts";
import type { CallbackSubscription, ReceivedMessage } from "./subscription.ts";

/** Options of {@linkcode CallbackReader}. */
export interface CallbackReaderOptions {
  /** Decode the messages. Without them, the function gets undecoded messages. */
  decoders: Decoders | undefined;
  onMessage: (message: never) => unknown;
  /** Called when `onMessage` throws. */
  onCallbackError(error: unknown): void;
  signal?: AbortSignal | undefined;
  /** Called once when the subscription ends, whatever the cause. */
  onEnd(reader: MessageReader): void;
}

/** A subscription without a queue. */
export class CallbackReader implements CallbackSubscription, MessageReader {
  readonly #matcher: ChannelMatcher;
  readonly #context: ReaderContext;
  readonly #decoding: MessageDecoding;
  readonly #options: CallbackReaderOptions;
  readonly #close = () => this.close();
  #isEnded = false;

  constructor(matcher: ChannelMatcher, options: CallbackReaderOptions, context: ReaderContext) {
    options.signal?.throwIfAborted();
    options.signal?.addEventListener("abort", this.#close, { once: true });
    this.#matcher = matcher;
    this.#options = options;
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

  push(message: ReceivedMessage): void {
    if (this.#isEnded) return;
    const { decoders, onMessage, onCallbackError } = this.#options;
    const value = decoders ? this.#decoding.decode(decoders, message) : message;
    // A hook that reports a message that cannot be decoded may have ended the subscription.
    if (value && !this.#isEnded) callSafely(onMessage, value as never, onCallbackError);
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#close);
    this.#options.onEnd(this);
  }

  close(): void {
    this.end();
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
