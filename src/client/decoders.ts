// Decoders: from the bytes of messages to values, one decoder for each channel.

import type { Channel } from "../protocol/channels.ts";

/** Reads one message. It must not keep `payload`'s bytes from being collected longer than it needs them. */
export type MessageDecoder = (payload: Uint8Array) => unknown;

/**
 * Makes the decoder of a channel from its schema; called once for a channel, when its first message is decoded.
 *
 * May throw what it likes: the channel then counts as undecodable.
 */
export type DecoderFactory = (channel: Channel) => MessageDecoder;

/** What came of a message. */
export type Decoded = { value: unknown } | { error: unknown };

const UTF8 = new TextDecoder();

/** Decodes JSON, whatever the schema says. */
export const JSON_DECODER: DecoderFactory = ({ topic, encoding }) => {
  if (encoding !== "json") throw new TypeError(`Cannot decode "${topic}": its encoding is "${encoding}", not "json"`);
  return (payload) => JSON.parse(UTF8.decode(payload));
};

/** The decoders of one client's channels. */
export class Decoders {
  readonly #factoryFor: (encoding: string) => DecoderFactory | undefined;
  /** None for those that cannot be decoded. They go with their channels: a server may advertise others without end. */
  readonly #byChannel = new WeakMap<Channel, { decoder: MessageDecoder | undefined }>();

  /** `factories`: what makes decoders by message encoding, beside the one for JSON; or one for all encodings. */
  constructor(factories: Readonly<Record<string, DecoderFactory>> | (() => DecoderFactory)) {
    if (typeof factories === "function") {
      this.#factoryFor = factories;
    } else {
      const byEncoding = new Map([["json", JSON_DECODER], ...Object.entries(factories)]);
      this.#factoryFor = (encoding) => byEncoding.get(encoding);
    }
  }

  /** Decodes a message. Why a channel is undecodable is told with its first message only; nothing of the others. */
  decode(channel: Channel, payload: Uint8Array): Decoded | undefined {
    let known = this.#byChannel.get(channel);
    if (!known) {
      known = { decoder: undefined };
      this.#byChannel.set(channel, known);
      try {
        known.decoder = this.#make(channel);
      } catch (error) {
        return { error };
      }
    }
    try {
      return known.decoder && { value: known.decoder(payload) };
    } catch (cause) {
      return { error: new Error(`Cannot decode a message of "${channel.topic}"`, { cause }) };
    }
  }

  #make(channel: Channel): MessageDecoder {
    const factory = this.#factoryFor(channel.encoding);
    if (factory) return factory(channel);
    throw new TypeError(`Cannot decode "${channel.topic}": there is no decoder for encoding "${channel.encoding}"`);
  }
}
