// EdgeChannel: receives the messages of one channel while clients of an edge use it.

import type { SentTime } from "./age_filter.ts";
import { FrameReader, sequenceDistance } from "./frames.ts";

/** How many missing messages of a latched channel are remembered. */
const MAX_MISSING = 1000;

/** What the channels of a robot have received. */
export interface EdgeCounts {
  /** Messages that were too old when they arrived. */
  tooOld: number;
  /** Messages of which a part was lost. */
  incomplete: number;
}

/** A message of a channel. */
export interface EdgeMessage {
  readonly timestamp: bigint;
  /** Only read during the call. */
  readonly payload: Uint8Array;
}

/** What a channel needs. */
export interface EdgeChannelOptions {
  /** How many messages the channel latches. 0: it is not latched. */
  readonly latchDepth: number;
  /** Whether a message is new enough. */
  readonly isNew: (frame: SentTime) => boolean;
  readonly pass: (message: EdgeMessage) => void;
  readonly counts: EdgeCounts;
}

/**
 * Messages of a latched channel arrive twice: at once, and with the state. The state fills gaps, for example after an
 * interruption. Sequences say what was passed on already.
 */
export class EdgeChannel {
  readonly #options: EdgeChannelOptions;
  readonly #reader = new FrameReader();
  #last: number | undefined;
  /** Missing messages before the last one. */
  readonly #missing = new Set<number>();

  constructor(options: EdgeChannelOptions) {
    this.#options = options;
  }

  /** Passes on the latched messages of the state, for the first client. */
  begin(latched: readonly Uint8Array[]): void {
    const messages = latched.flatMap((body) => new FrameReader().receive(body) ?? []);
    messages.sort((one, other) => sequenceDistance(one.sequence, other.sequence));
    for (const message of messages) {
      // A message between two of them may still come, because each is put into the state at a time of its own.
      this.#passed(message.sequence);
      this.#options.pass(message);
    }
  }

  /** Takes a frame that has arrived at once. */
  receive(frame: Uint8Array): void {
    const { isNew, pass, counts } = this.#options;
    const before = this.#reader.incomplete;
    const message = this.#reader.receive(frame);
    counts.incomplete += this.#reader.incomplete - before;
    if (!message) return;
    if (!isNew(message)) {
      counts.tooOld += 1;
      return;
    }
    if (this.#isPassed(message.sequence)) return;
    this.#passed(message.sequence);
    pass(message);
  }

  /** Takes a message of the state. */
  receiveLatched(body: Uint8Array): void {
    const message = new FrameReader().receive(body);
    if (!message) return;
    if (this.#isPassed(message.sequence) && !this.#missing.delete(message.sequence)) return;
    this.#passed(message.sequence);
    this.#options.pass(message);
  }

  #isPassed(sequence: number): boolean {
    return this.#last !== undefined && sequenceDistance(sequence, this.#last) <= 0;
  }

  #passed(sequence: number): void {
    if (this.#isPassed(sequence)) return;
    const gap = this.#last === undefined ? 1 : sequenceDistance(sequence, this.#last);
    this.#last = sequence;
    // With a depth of 1, an older message must not replace a newer one.
    if (this.#options.latchDepth < 2) return;
    for (let distance = Math.min(gap, MAX_MISSING) - 1; distance > 0; distance--) {
      this.#missing.add((sequence - distance) >>> 0);
    }
    for (const oldest of this.#missing) {
      if (this.#missing.size <= MAX_MISSING) break;
      this.#missing.delete(oldest);
    }
  }
}
