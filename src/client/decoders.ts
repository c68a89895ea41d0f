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

/** A factory in a module that is loaded when the first message needs it. */
export interface LazyFactory {
  /** Loads the module. */
  load(): Promise<DecoderFactory>;
}

/** A decoded value, or the reason why it could not be decoded. */
export type Decoded = { value: unknown } | { error: unknown };

/** The decoders of one client's channels. */
export class Decoders {
  readonly #factoryFor: (encoding: string) => DecoderFactory | LazyFactory | undefined;
  /** The factories whose module has been loaded, or is being loaded. */
  readonly #loaded = new Map<LazyFactory, DecoderFactory | Promise<void>>();
  /**
   * `decoder` is `undefined` for channels that cannot be decoded. A weak map releases decoders together with their
   * channels, because a server may advertise an unlimited number of channels.
   */
  readonly #byChannel = new WeakMap<Channel, { decoder: MessageDecoder | undefined }>();

  /**
   * `factories`: decoder factories by message encoding, or a function that returns one factory for all encodings.
   */
  constructor(factories: Readonly<Record<string, DecoderFactory | LazyFactory>> | (() => DecoderFactory)) {
    if (typeof factories === "function") {
      this.#factoryFor = factories;
    } else {
      const byEncoding = new Map(Object.entries(factories));
      this.#factoryFor = (encoding) => byEncoding.get(encoding);
    }
  }

  /**
   * Loads the module that decodes the messages of a channel. Returns `undefined` if nothing has to be loaded. The
   * promise never rejects: if the module cannot be loaded, no message of the channel can be decoded.
   */
  load({ encoding }: Channel): Promise<void> | undefined {
    const factory = this.#factoryFor(encoding);
    if (typeof factory !== "object") return undefined;
    const loaded = this.#loaded.get(factory);
    if (loaded) return typeof loaded === "function" ? undefined : loaded;
    const loading = factory.load().catch((cause): DecoderFactory => ({ topic }) => {
      throw new TypeError(`Cannot decode "${topic}": the decoder for "${encoding}" cannot be loaded`, { cause });
    }).then((ready) => void this.#loaded.set(factory, ready));
    this.#loaded.set(factory, loading);
    return loading;
  }

  /**
   * Decodes a message, after {@linkcode Decoders.load}. Returns an error for each message that the decoder rejects. For
   * a channel without a decoder it returns the error once, with the first message, and `undefined` for all later ones.
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
    const found = this.#factoryFor(channel.encoding);
    const factory = typeof found === "object" ? this.#loaded.get(found) : found;
    if (typeof factory === "function") return factory(channel);
    throw new TypeError(`Cannot decode "${channel.topic}": no decoder for encoding "${channel.encoding}"`);
  }
}
