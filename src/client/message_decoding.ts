// MessageDecoding: decodes the messages of one subscription.

import type { Channel } from "../protocol/channels.ts";
import type { Decoders } from "./decoders.ts";
import type { ReaderContext } from "./message_reader.ts";
import type { DecodedMessage, ReceivedMessage } from "./subscription.ts";

/** Decodes messages, and counts and reports those that cannot be decoded. */
export class MessageDecoding {
  readonly #context: ReaderContext;
  #undecodable = 0;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  /** How many messages could not be decoded so far. */
  get undecodable(): number {
    return this.#undecodable;
  }

  /** Returns the message with its value, or `undefined` if it cannot be decoded. */
  decode<T>(decoders: Decoders, message: ReceivedMessage): DecodedMessage<T> | undefined {
    const decoded = decoders.decode(message.channel, message.payload);
    if (decoded && "value" in decoded) return { ...message, value: decoded.value as T };
    this.#count(message.channel, decoded);
    return undefined;
  }

  #count({ topic }: Channel, failure: { error: unknown } | undefined): void {
    this.#undecodable += 1;
    if (failure) this.#context.onError(failure.error);
    if (this.#undecodable > 1) return;
    this.#context.onWarning(`Cannot decode a message of "${topic}": it is skipped and counted in "undecodable"`);
  }
}
