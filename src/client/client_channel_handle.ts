// ClientChannelHandle: a client channel that encodes the values that the program sends.

import type { Encoder } from "../codecs/codec.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import { CheckedEncoder } from "../codecs/checked_encoder.ts";
import type { Publications } from "./publications.ts";

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
   * @throws {TypeError} When the value cannot be encoded, whether or not there is a connection. The text names the
   * topic and the path of the member. The first value must also pass the encoder's `check()`.
   * @throws {RangeError} When the channel is closed. After the client has ended, it returns false instead, because
   * timers of the program may still be running.
   */
  send(value: In, options?: ClientSendOptions): boolean;
  /** Removes the channel. `using` does the same at the end of the block. */
  close(): void;
}

/** The parts of a client that a {@linkcode PublishedChannel} uses. */
export interface PublishedChannelParts<In> {
  /** The id of an advertised channel. */
  id: ClientChannelId;
  topic: string;
  encoder: Encoder<In>;
  publications: Publications;
  isClientClosed: () => boolean;
}

/** A handle over the raw methods. */
export class PublishedChannel<In> implements ClientChannelHandle<In> {
  readonly id: ClientChannelId;
  readonly topic: string;
  readonly #encoder: CheckedEncoder<In>;
  readonly #publications: Publications;
  readonly #isClientClosed: () => boolean;

  constructor({ id, topic, encoder, publications, isClientClosed }: PublishedChannelParts<In>) {
    this.id = id;
    this.topic = topic;
    this.#isClientClosed = isClientClosed;
    this.#encoder = new CheckedEncoder(encoder, `publish on "${topic}"`);
    this.#publications = publications;
  }

  get isAdvertised(): boolean {
    return this.#publications.isAdvertised(this.id);
  }

  send(value: In, { timestamp }: ClientSendOptions = {}): boolean {
    if (!this.#publications.has(this.id)) return this.#sendAfterClose();
    return this.#publications.publish(this.id, this.#encoder.encode(value, timestamp));
  }

  close(): void {
    this.#publications.remove(this.id);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #sendAfterClose(): boolean {
    if (this.#isClientClosed()) return false;
    throw new RangeError(`Cannot publish on "${this.topic}": the channel is closed`);
  }
}
