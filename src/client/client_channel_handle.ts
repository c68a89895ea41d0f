// ClientChannelHandle: a client channel that encodes the values that the program sends.

import type { Encoder } from "../codecs/codec.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import { CheckedEncoder } from "./checked_encoder.ts";
import type { ClientChannelInit, Publications } from "./publications.ts";

/** Options of {@linkcode ClientChannelHandle.send}. */
export interface ClientSendOptions {
  /**
   * The log time of the message in ns, for encoders that write it into the payload. The protocol itself does not
   * transfer a time for messages of clients.
   *
   * @default {timeNs()} the current time
   */
  timestamp?: bigint;
}

/** A client channel for values of one type. `FoxgloveClient.channel()` creates it. */
export interface ClientChannelHandle<In> extends Disposable {
  /** The id for `FoxgloveClient.publish()` and `unadvertise()`. */
  readonly id: ClientChannelId;
  /** The topic. */
  readonly topic: string;
  /** Whether the current server accepts the channel. Always false without a connection. */
  readonly isAdvertised: boolean;
  /**
   * Encodes a value and sends it. Never waits. Returns false if the message was dropped: see
   * `FoxgloveClient.publish()`.
   *
   * @throws {TypeError} When the value cannot be encoded, whether or not there is a connection.
   * @throws {RangeError} When the channel is closed.
   */
  send(value: In, options?: ClientSendOptions): boolean;
  /** Removes the channel. `using` does the same at the end of the block. */
  close(): void;
}

/** The channel that an encoder describes. An encoder without a schema name gets the topic without its leading `/`. */
export function channelOf(topic: string, encoder: Encoder<never>): ClientChannelInit {
  const { encoding, schemaName, schemaEncoding, schema } = encoder;
  return {
    topic,
    encoding,
    schemaName: schemaName || topic.replace(/^\//, ""),
    ...schemaEncoding !== undefined && { schemaEncoding },
    schema,
  };
}

/** A handle over the raw methods. */
export class PublishedChannel<In> implements ClientChannelHandle<In> {
  readonly id: ClientChannelId;
  readonly topic: string;
  readonly #encoder: CheckedEncoder<In>;
  readonly #publications: Publications;

  /** `id` is the id of an advertised channel. */
  constructor(topic: string, encoder: Encoder<In>, id: ClientChannelId, publications: Publications) {
    this.id = id;
    this.topic = topic;
    this.#encoder = new CheckedEncoder(encoder);
    this.#publications = publications;
  }

  get isAdvertised(): boolean {
    return this.#publications.isAdvertised(this.id);
  }

  send(value: In, { timestamp }: ClientSendOptions = {}): boolean {
    return this.#publications.publish(this.id, this.#encoder.encode(value, timestamp));
  }

  close(): void {
    this.#publications.remove(this.id);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
