// SinkChannel: passes one channel and its messages to one sink.

import type { Channel } from "../../protocol/channels.ts";
import type { ChannelPolicy } from "./channel_policy.ts";
import type { KeptFrame } from "./frame_pool.ts";
import type { GuardedSink } from "./guarded_sink.ts";

/** A channel whose messages a sink receives, as the sink's side sees it. */
export interface SinkSource {
  readonly channel: Channel;
  readonly policy: Pick<ChannelPolicy, "latch">;
  /** Whether the channel was removed, or the server has closed. */
  readonly isClosed: boolean;
  /** Returns the latched messages, the oldest first. The caller must release each. */
  keepLatched(): KeptFrame[];
  /** Passes all later messages to this sink, after the sinks that it already has. */
  addSink(sink: SinkChannel): void;
  removeSink(sink: SinkChannel): void;
}

/**
 * A channel as one sink knows it.
 *
 * Methods of sinks may send messages, and remove channels and sinks. So a message may be sent before the sink's
 * `channelAdded()` was called: it is called first then. And a sink or channel may be gone after each call.
 */
export class SinkChannel {
  readonly #sink: GuardedSink;
  readonly #source: SinkSource;
  #isAnnounced = false;

  constructor(sink: GuardedSink, source: SinkSource) {
    this.#sink = sink;
    this.#source = source;
    source.addSink(this);
  }

  /** Tells the sink about the channel and its latched messages, unless that has been done. */
  announce(): void {
    if (this.#isAnnounced || !this.#isLive) return;
    this.#isAnnounced = true;
    const { channel, policy: { latch } } = this.#source;
    // Read before the call, because messages that are sent during the call are passed on at once.
    const latched = this.#source.keepLatched();
    this.#sink.channelAdded(channel, { latchDepth: latch?.depth ?? 0 });
    for (const frame of latched) {
      this.#pass(frame.timestamp, frame.payload);
      frame.release();
    }
  }

  /** Passes a message on. `isLatched`: whether the source's latch has it already. */
  message(timestamp: bigint, payload: Uint8Array, isLatched: boolean): void {
    if (!this.#isAnnounced) {
      this.announce();
      if (isLatched) return;
    }
    this.#pass(timestamp, payload);
  }

  /** Tells the sink that the channel was removed. Must not be called after the sink was removed. */
  channelRemoved(): void {
    if (this.#isAnnounced) this.#sink.channelRemoved(this.#source.channel);
  }

  /** Stops passing messages to the sink. */
  end(): void {
    this.#source.removeSink(this);
  }

  get #isLive(): boolean {
    return this.#sink.isOpen && !this.#source.isClosed;
  }

  #pass(timestamp: bigint, payload: Uint8Array): void {
    if (this.#isLive) this.#sink.message(this.#source.channel, timestamp, payload);
  }
}
