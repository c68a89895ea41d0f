// TopicSampler: the samples of all lines of one topic.

import type { ReceivedMessage } from "../../client/mod.ts";
import { textOf } from "../../error_text.ts";
import { numberAt, numbersIn, type Path, pathText } from "../data/numbers_in.ts";
import { TimeBase } from "../data/time_base.ts";
import { clip } from "../dom.ts";
import { MAX_DECODED_BYTES } from "../message_decoder.ts";
import type { MessageHub } from "../message_hub.ts";
import { SampleRing } from "./sample_ring.ts";

/** More messages in one frame are dropped, the oldest first. */
const MAX_PENDING = 5000;
/** In one frame, decoding stops after this time, in ms. The rest of the messages is dropped. */
const MAX_DECODING_MS = 10;
/** Skipped messages are reported until none was skipped for this long, in ms. */
const SKIPPED_SHOWN_MS = 10_000;
/** How many members of a message the user can choose from. */
const MAX_FIELDS = 200;

/** One line of a plot. */
export interface SampledLine {
  readonly path: Path;
  readonly ring: SampleRing;
  /** The newest value; `NaN` if the newest message has none. */
  newest: number;
}

interface Pending {
  readonly message: ReceivedMessage;
  readonly arrivalMs: number;
}

/** Decodes the messages of a topic, once in each frame, and adds the samples to the lines. */
export class TopicSampler {
  readonly topic: string;
  readonly #decode: (message: ReceivedMessage) => unknown;
  readonly #stop: () => void;
  readonly #lines = new Map<string, { line: SampledLine; users: number }>();
  readonly #time = new TimeBase();
  #pending: Pending[] = [];
  #mustInterrupt = false;
  #skipped = 0;
  #skippedAtMs = -Infinity;
  /** Why the newest message could not be decoded. */
  problem: string | undefined;
  /** The numbers of the first message that has any, by their paths. */
  fields: readonly Path[] = [];

  constructor(topic: string, hub: MessageHub, decode: (message: ReceivedMessage) => unknown) {
    this.topic = topic;
    this.#decode = decode;
    this.#stop = hub.read(topic, (message, arrivalMs) => this.#take({ message, arrivalMs }));
  }

  /** How many messages were not plotted lately, because there were too many or too large ones. */
  get skipped(): number {
    if (performance.now() - this.#skippedAtMs > SKIPPED_SHOWN_MS) this.#skipped = 0;
    return this.#skipped;
  }

  /** Adds a line, or another user of the same line. */
  addLine(path: Path): SampledLine {
    const id = pathText(path);
    const known = this.#lines.get(id);
    if (known) {
      known.users += 1;
      return known.line;
    }
    const line = { path, ring: new SampleRing(), newest: NaN };
    this.#lines.set(id, { line, users: 1 });
    return line;
  }

  /** Removes one user of a line. Returns whether any line is left. */
  removeLine(path: Path): boolean {
    const id = pathText(path);
    const known = this.#lines.get(id);
    if (known) known.users -= 1;
    if (known?.users === 0) this.#lines.delete(id);
    return this.#lines.size > 0;
  }

  /** Interrupts all lines, because the session of the server or the connection ended. */
  interrupt(): void {
    this.#mustInterrupt = true;
    this.#time.reset();
    this.fields = [];
  }

  /** Decodes what has arrived since the previous frame. `keepFromMs`: the oldest time that a plot shows. */
  sample(keepFromMs: number): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const end = performance.now() + MAX_DECODING_MS;
    let value: unknown;
    for (const [index, { message, arrivalMs }] of pending.entries()) {
      value = this.#read(message);
      const { timeMs, hasJumped } = this.#time.place(message.timestamp, arrivalMs);
      for (const { line } of this.#lines.values()) {
        if (hasJumped || this.#mustInterrupt) line.ring.add(timeMs, NaN, keepFromMs);
        line.newest = numberAt(value, line.path);
        line.ring.add(timeMs, line.newest, keepFromMs);
      }
      this.#mustInterrupt = false;
      if (performance.now() < end || index === pending.length - 1) continue;
      this.#skip(pending.length - 1 - index);
      break;
    }
    if (this.fields.length === 0) this.fields = numbersIn(value, MAX_FIELDS);
  }

  /** Ends the subscription. */
  close(): void {
    this.#stop();
  }

  #take(pending: Pending): void {
    if (pending.message.payload.byteLength > MAX_DECODED_BYTES) {
      this.#skip(1);
      this.problem = "The messages are too large to plot";
      return;
    }
    this.#pending.push(pending);
    if (this.#pending.length <= MAX_PENDING) return;
    this.#skip(1);
    this.#pending.shift();
  }

  #skip(count: number): void {
    this.#skipped += count;
    this.#skippedAtMs = performance.now();
  }

  #read(message: ReceivedMessage): unknown {
    try {
      const value = this.#decode(message);
      this.problem = undefined;
      return value;
    } catch (error) {
      this.problem = clip(textOf(error));
      return undefined;
    }
  }
}
