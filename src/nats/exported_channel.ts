// ExportedChannel: sends the messages of one channel of a robot to NATS.

import { exactly } from "../name_patterns.ts";
import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";
import type { ChannelPolicy } from "../server/delivery/channel_policy.ts";
import type { MessageSink } from "../server/delivery/message_sink.ts";
import type { FoxgloveServer } from "../server/server.ts";
import { escapeName } from "./escaping.ts";
import { type FrameHeader, writeFrames } from "./frames.ts";
import { LatchSlots } from "./latch_slots.ts";
import type { NatsLink } from "./nats_link.ts";
import type { StateWriter } from "./state_writer.ts";

/** A latched message is put into the state at most this often, in ms. Subscribed edges get all messages at once. */
const LATCH_INTERVAL_MS = 1000;

/** What the channels of a robot share. */
export interface ExportParts {
  readonly server: FoxgloveServer;
  readonly link: NatsLink;
  readonly state: StateWriter;
  /** The current period of the clock. */
  readonly period: () => number;
  readonly counts: ExportCounts;
}

/** What all channels of a robot have sent. */
export interface ExportCounts {
  messages: number;
  bytes: number;
  dropped: number;
}

/**
 * A sink of the server that exists while an edge uses the channel. For a latched channel, it exists as long as the
 * channel. Without a sink or a subscriber, the server does not encode messages.
 */
export class ExportedChannel implements MessageSink {
  readonly #id: ChannelId;
  readonly #topic: string;
  readonly #subject: string;
  /** Begins the keys of latched messages. */
  readonly #latchKey: string;
  readonly #policy: ChannelPolicy;
  readonly #parts: ExportParts;
  readonly #latch: LatchSlots | undefined;
  #sink: Disposable | undefined;
  #isUsed = false;
  #sequence: number;
  /** The newest message that came too soon after the last one, because of the option `maxRateHz`. */
  #throttled: { readonly header: FrameHeader; readonly payload: Uint8Array } | undefined;
  #cancelTimer: (() => void) | undefined;
  #nextAt = -Infinity;

  /** `sequence`: that of the last message which was sent under this subject, or a later one. */
  constructor({ id, topic }: Channel, subject: string, policy: ChannelPolicy, sequence: number, parts: ExportParts) {
    this.#id = id;
    this.#topic = topic;
    this.#subject = subject;
    this.#latchKey = `latch.${escapeName(topic)}.${id}.`;
    this.#policy = policy;
    this.#sequence = sequence;
    this.#parts = parts;
    this.#latch = policy.latch && new LatchSlots(policy.latch);
    this.#update();
  }

  /** The sequence of the last message. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether an edge uses the channel. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  set isUsed(isUsed: boolean) {
    this.#isUsed = isUsed;
    this.#update();
  }

  channelAdded(): void {}

  channelRemoved(): void {}

  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void {
    // Several channels may have the same topic.
    if (channelId !== this.#id) return;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const { link, period } = this.#parts;
    const header = { sequence: this.#sequence, timestamp, sentMs: link.sentMs(), period: period() };
    if (this.#latch) this.#putLatched(this.#latch, header, payload);
    if (!this.#isUsed) return;
    if (this.#policy.minIntervalMs > 0 && this.#throttle(header, payload)) return;
    this.#send(header, payload);
  }

  /** Ends the sink, and removes latched messages from the state. */
  close(): void {
    this.#isUsed = false;
    this.#cancelTimer?.();
    this.#throttled = undefined;
    this.#sink?.[Symbol.dispose]();
    this.#sink = undefined;
    for (const slot of this.#latch?.usedSlots() ?? []) this.#parts.state.remove(this.#latchKey + slot);
  }

  #update(): void {
    const isNeeded = this.#isUsed || this.#latch !== undefined;
    if (isNeeded === (this.#sink !== undefined)) return;
    this.#sink?.[Symbol.dispose]();
    this.#sink = isNeeded ? this.#parts.server.addSink(this, { topics: [exactly(this.#topic)] }) : undefined;
  }

  #putLatched(latch: LatchSlots, header: FrameHeader, payload: Uint8Array): void {
    const slot = latch.slotOf(payload);
    if (slot === undefined) return;
    const [frame] = writeFrames(header, payload, Infinity);
    this.#parts.state.set(this.#latchKey + slot, frame as Uint8Array, LATCH_INTERVAL_MS);
  }

  /** Keeps a message for later if it comes too soon. Returns whether it was kept. */
  #throttle(header: FrameHeader, payload: Uint8Array): boolean {
    const { clock } = this.#parts.link;
    const now = clock.now();
    this.#cancelTimer?.();
    this.#throttled = undefined;
    if (now >= this.#nextAt) {
      this.#setNextAt(now);
      return false;
    }
    this.#throttled = { header, payload: payload.slice() };
    this.#cancelTimer = clock.after(this.#nextAt - now, () => {
      const kept = this.#throttled;
      this.#throttled = undefined;
      this.#setNextAt(clock.now());
      if (kept) this.#send(kept.header, kept.payload);
    });
    return true;
  }

  /** Sets when the next message may be sent. A message that is a little late does not delay all that follow. */
  #setNextAt(now: number): void {
    const { minIntervalMs } = this.#policy;
    this.#nextAt = Math.max(this.#nextAt + minIntervalMs, now);
    if (now >= this.#nextAt) this.#nextAt = now + minIntervalMs;
  }

  /** Sends a message, or drops it. What waits would be outdated later. */
  #send(header: FrameHeader, payload: Uint8Array): void {
    const { link: { window, maxFrameBytes }, counts } = this.#parts;
    if (!window.isOpen) {
      counts.dropped += 1;
      return;
    }
    counts.messages += 1;
    counts.bytes += payload.length;
    // Copied by writeFrames(), because the client of NATS keeps what it sends, and the payload is lent.
    for (const frame of writeFrames(header, payload, maxFrameBytes())) window.send(this.#subject, frame);
  }
}
