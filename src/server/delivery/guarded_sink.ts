// GuardedSink: calls the methods of a sink, and catches their errors.

import type { Channel } from "../../protocol/channels.ts";
import type { ChannelDetails, MessageSink } from "./message_sink.ts";

/** A sink whose methods never throw. Counts the messages. */
export class GuardedSink {
  readonly sink: MessageSink;
  readonly #onFailure: (method: string, error: unknown) => void;
  #isOpen = true;
  #hasFailed = false;
  #messages = 0;
  #bytes = 0;

  /**
   * `onFailure` is called for the first error of the methods, and for an error of `close()`. It gets a text such as
   * `message() for "/odom"`.
   */
  constructor(sink: MessageSink, onFailure: (method: string, error: unknown) => void) {
    this.sink = sink;
    this.#onFailure = onFailure;
  }

  /** Whether the sink gets calls. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many messages the sink has received. */
  get messages(): number {
    return this.#messages;
  }

  /** The bytes of their payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  channelAdded(channel: Channel, details: ChannelDetails): void {
    try {
      this.#watch("channelAdded", channel, this.sink.channelAdded(channel, details));
    } catch (error) {
      this.#fail("channelAdded", channel, error);
    }
  }

  channelRemoved(channel: Channel): void {
    try {
      this.#watch("channelRemoved", channel, this.sink.channelRemoved(channel.id));
    } catch (error) {
      this.#fail("channelRemoved", channel, error);
    }
  }

  message(channel: Channel, timestamp: bigint, payload: Uint8Array): void {
    this.#messages += 1;
    this.#bytes += payload.byteLength;
    try {
      this.#watch("message", channel, this.sink.message(channel.id, timestamp, payload));
    } catch (error) {
      this.#fail("message", channel, error);
    }
  }

  /** Prevents further calls of all methods except `close()`. */
  end(): void {
    this.#isOpen = false;
  }

  /** Calls the `close()` of the sink, if it has one. Resolves when it is done, also if it has failed. */
  async close(): Promise<void> {
    try {
      await this.sink.close?.();
    } catch (error) {
      this.#onFailure("close()", error);
    }
  }

  /** The compiler also accepts async methods. A promise that rejects must not end the program. */
  #watch(method: keyof MessageSink, channel: Channel, result: unknown): void {
    if (result === undefined) return;
    Promise.resolve(result).catch((error) => this.#fail(method, channel, error));
  }

  #fail(method: keyof MessageSink, { topic }: Channel, error: unknown): void {
    // Many promises of an async method may reject.
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailure(`${method}() for "${topic}"`, error);
  }
}
