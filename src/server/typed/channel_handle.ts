// ChannelHandle: a channel that encodes the values that the program sends.

import { CheckedEncoder } from "../../codecs/checked_encoder.ts";
import type { Encoder } from "../../codecs/codec.ts";
import { type EncodeInto, encodeIntoOf } from "../../codecs/encode_into.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import { timeNs } from "../../time_ns.ts";
import type { ClientId } from "../client_info.ts";
import type { ChannelPublisher } from "../delivery/channel_publisher.ts";
import { checkTimestamp } from "../delivery/message_frame.ts";

/** Options of `ChannelHandle.send()`. */
export interface SendOptions {
  /** When the value was logged or received, in ns. Default: now. */
  timestamp?: bigint;
  /** Sends only to this client, if it is subscribed. Default: all subscribers. */
  to?: ClientId;
}

/**
 * A typed channel: made by `FoxgloveServer.channel()`.
 *
 * @example
 * ```ts
 * import { FoxgloveServer, json } from "@x/foxglove-ws";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot" });
 * using battery = server.channel("/battery", json({ example: { volts: 12.6 } }));
 * battery.send({ volts: 12.4 });
 * assertEquals([battery.topic, battery.isActive], ["/battery", false]);
 * ```
 */
export interface ChannelHandle<In> extends Disposable {
  /** The id for the raw methods, such as `removeChannel()`. */
  readonly id: ChannelId;
  /** The topic. */
  readonly topic: string;
  /**
   * Whether a message would be used: a client is subscribed, the channel is latched, or a sink receives it. Programs
   * can skip work if not.
   */
  readonly isActive: boolean;
  /**
   * Encodes a value and sends it to all subscribers. Never waits. The value may be changed as soon as this returns.
   *
   * While the channel is not active, nothing is encoded and a function is not called. The first value is an exception:
   * it is encoded and checked in any case, so that a mistake shows before the first client subscribes.
   *
   * Does nothing after the server was closed, because timers of the program may still be running.
   *
   * @param value The value, or a function that returns it.
   * @throws {TypeError} When the value cannot be encoded, or the first value has members that the schema does not have.
   * The message names the topic and the path of the member; nothing is sent. Also when the timestamp is not a bigint.
   * @throws {RangeError} When the channel was closed, or the timestamp is not a uint64.
   */
  send(value: In | (() => In), options?: SendOptions): void;
  /** Removes the channel and all subscriptions to it. Further calls have no effect. */
  close(): void;
  /** Removes the channel: see {@linkcode ChannelHandle.close}. */
  [Symbol.dispose](): void;
}

/** The parts of a server that a typed channel uses. */
export interface TypedChannelParts<In> {
  publisher: ChannelPublisher;
  encoder: Pick<Encoder<In>, "encode" | "check">;
  isServerClosed: () => boolean;
  remove: (channelId: ChannelId) => void;
}

/** The implementation of {@linkcode ChannelHandle}. */
export class TypedChannel<In> implements ChannelHandle<In> {
  readonly #publisher: ChannelPublisher;
  readonly #parts: TypedChannelParts<In>;
  readonly #encoder: CheckedEncoder<In>;
  /** Encodes into the server's memory. Absent if the encoder cannot. */
  readonly #encodeInto: EncodeInto<In> | undefined;

  constructor(parts: TypedChannelParts<In>) {
    this.#publisher = parts.publisher;
    this.#parts = parts;
    this.#encoder = new CheckedEncoder(parts.encoder, `send on "${this.topic}"`);
    const encodeInto = encodeIntoOf<In>(parts.encoder);
    this.#encodeInto = encodeInto && ((value, context, target) => {
      try {
        encodeInto(value, context, target);
      } catch (cause) {
        throw this.#encoder.toTypeError(cause);
      }
    });
  }

  get id(): ChannelId {
    return this.#publisher.id;
  }

  get topic(): string {
    return this.#publisher.topic;
  }

  get isActive(): boolean {
    return this.#publisher.isActive;
  }

  /** Whether the channel was removed, by this handle or otherwise. */
  get isClosed(): boolean {
    return this.#publisher.isClosed;
  }

  send(value: In | (() => In), options?: SendOptions): void {
    const publisher = this.#publisher;
    if (publisher.isClosed) return this.#sendAfterClose();
    const { timestamp, to } = options ?? {};
    if (timestamp !== undefined) checkTimestamp(timestamp);
    const { isProven } = this.#encoder;
    if (!publisher.isActive && isProven) return publisher.countUnencoded();
    const loggedAt = timestamp ?? timeNs();
    const actual = typeof value === "function" ? (value as () => In)() : value;
    if (this.#encodeInto && isProven) publisher.publishValue(loggedAt, this.#encodeInto, actual, to);
    else publisher.publish(loggedAt, this.#encoder.encode(actual, loggedAt), to);
  }

  close(): void {
    this.#parts.remove(this.id);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #sendAfterClose(): void {
    if (!this.#parts.isServerClosed()) throw new RangeError(`Cannot send on "${this.topic}": the channel is closed`);
  }
}
