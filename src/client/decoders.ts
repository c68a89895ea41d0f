// Decoders: decode message payloads to values, with one decoder for each channel.

import type { Channel } from "../protocol/channels.ts";

/**
 * Decodes one message. It must not keep a reference to `payload` longer than needed, because that keeps the whole frame
 * in memory.
 */
export type MessageDecoder = (payload: Uint8Array) => unknown;

/**
 * Creates the decoder of a channel from its schema. It is called once for each channel, when the first message is
 * decoded.
 *
 * It may throw any error. Then all messages of the channel count as undecodable.
 */
export type DecoderFactory = (channel: Channel) => MessageDecoder;

/** A decoded value, or the reason why it could not be decoded. */
export type Decoded = { value: unknown } | { error: unknown };

/** The decoders of one client's channels. */
export class Decoders {
  readonly #factoryFor: (encoding: string) => DecoderFactory | undefined;
  /**
   * `decoder` is `undefined` for channels that cannot be decoded. A weak map releases decoders together with their
   * channels, because a server may advertise an unlimited number of channels.
   */
  readonly #byChannel = new WeakMap<Channel, { decoder: MessageDecoder | undefined }>();

  /**
   * `factories`: decoder factories by message encoding, or a function that returns one factory for all encodings.
   */
  constructor(factories: Readonly<Record<string, DecoderFactory>> | (() => DecoderFactory)) {
    if (typeof factories === "function") {
      this.#factoryFor = factories;
    } else {
      const byEncoding = new Map(Object.entries(factories));
      this.#factoryFor = (encoding) => byEncoding.get(encoding);
    }
  }

  /**
   * Decodes a message. Returns an error for each message that the decoder rejects. For a channel without a decoder it
   * returns the error once, with the first message, and `undefined` for all later ones.
   */
  decode(channel: Channel, payload: Uint8Array): Decoded | undefined {
    let entry = this.#byChannel.get(channel);
    if (!entry) {
      entry = { decoder: undefined };
      this.#byChannel.set(channel, entry);
      try {
        entry.decoder = this.#createDecoder(channel);
      } catch (error) {
        return { error };
      }
    }
    try {
      return entry.decoder && { value: entry.decoder(payload) };
    } catch (cause) {
      return { error: new Error(`Cannot decode a message of "${channel.topic}"`, { cause }) };
    }
  }

  #createDecoder(channel: Channel): MessageDecoder {
    const factory = this.#factoryFor(channel.encoding);
    if (factory) return factory(channel);
    throw new TypeError(`Cannot decode "${channel.topic}": no decoder for encoding "${channel.encoding}"`);
  }
}
