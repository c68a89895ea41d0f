// StateWriter: keeps the state of a robot, and puts it into the stream.

import type { Clock } from "../clock.ts";
import { writeFrames } from "./frames.ts";
import type { SendWindow } from "./send_window.ts";

/** How many removed values are remembered, so that an edge which missed a removal learns of it. */
const MAX_REMOVED = 1000;

/** One value of the state. */
interface Value {
  body: Uint8Array;
  /** When it was put last, in ms of the clock. */
  putAt: number;
  /** It must not be put more often than this, in ms. */
  minIntervalMs: number;
}

/** What the writer needs. */
export interface StateWriterOptions {
  readonly window: SendWindow;
  readonly clock: Clock;
  /** Returns the subject of a value without the number of its part. */
  readonly subjectOf: (key: string) => string;
  /** The maximum size of one message. */
  readonly maxFrameBytes: () => number;
  /** The clock for the header, in ms modulo 2^32. */
  readonly sentMs: () => number;
}

/**
 * The state is a map of values. Only the newest of each matters, so that a value which cannot be put yet is replaced by
 * a newer one. An empty body removes a value.
 *
 * Versions count all puts of a run. The newest value of each key is put with a version of its own, so that an edge
 * which has the newest version has everything.
 */
export class StateWriter {
  readonly #options: StateWriterOptions;
  readonly #values = new Map<string, Value>();
  readonly #removed = new Set<string>();
  readonly #dirty = new Set<string>();
  #version = 0;
  #cancelTimer: (() => void) | undefined;
  #isDraining = false;
  readonly #end = new AbortController();

  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  /** The version of the newest value that was put. */
  get version(): number {
    return this.#version;
  }

  /** How many values wait to be put. */
  get waiting(): number {
    return this.#dirty.size;
  }

  /** Sets a value. The writer owns the bytes from now on. */
  set(key: string, body: Uint8Array, minIntervalMs = 0): void {
    const value = this.#values.get(key);
    if (value) {
      value.body = body;
      value.minIntervalMs = minIntervalMs;
    } else {
      this.#values.set(key, { body, putAt: -Infinity, minIntervalMs });
    }
    if (body.length > 0) this.#removed.delete(key);
    this.#dirty.add(key);
    this.#schedule();
  }

  /** Removes a value, if there is one. */
  remove(key: string): void {
    const value = this.#values.get(key);
    if (!value || value.body.length === 0) return;
    this.set(key, new Uint8Array());
    this.#removed.add(key);
    for (const oldest of this.#removed) {
      // A removal that waits must be put, or edges would keep the value.
      if (this.#removed.size <= MAX_REMOVED || this.#dirty.has(oldest)) break;
      this.#removed.delete(oldest);
      this.#values.delete(oldest);
    }
  }

  /** Puts all values again, because the stream may have lost them. */
  putAll(): void {
    for (const [key, value] of this.#values) {
      value.putAt = -Infinity;
      this.#dirty.add(key);
    }
    this.#schedule();
  }

  /** Stops. Values that wait are not put. */
  close(): void {
    this.#end.abort();
    this.#cancelTimer?.();
  }

  /** Puts what may be put now, after the running code. */
  #schedule(): void {
    if (this.#isDraining || this.#end.signal.aborted) return;
    this.#isDraining = true;
    this.#options.clock.soon(() => void this.#drain().catch(() => {}));
  }

  async #drain(): Promise<void> {
    const { clock } = this.#options;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    let nextAt = Infinity;
    try {
      for (const key of this.#dirty) {
        const value = this.#values.get(key);
        const due = value ? value.putAt + value.minIntervalMs : -Infinity;
        if (value && due > clock.now()) {
          nextAt = Math.min(nextAt, due);
          continue;
        }
        this.#dirty.delete(key);
        if (value && !await this.#put(key, value)) {
          this.#dirty.add(key);
          return;
        }
      }
    } finally {
      this.#isDraining = false;
    }
    if (nextAt < Infinity) this.#cancelTimer = clock.after(nextAt - clock.now(), () => this.#schedule());
  }

  /** Returns whether the connection took the value. If not, the value is put again after a reconnect. */
  async #put(key: string, value: Value): Promise<boolean> {
    const { window, subjectOf, maxFrameBytes, sentMs, clock } = this.#options;
    if (!window.isOpen) await window.opened(this.#end.signal);
    // Read after waiting: the body may have been replaced.
    const { body } = value;
    this.#version += 1;
    value.putAt = clock.now();
    const header = { sequence: this.#version >>> 0, timestamp: 0n, sentMs: sentMs(), period: 0 };
    let part = 0;
    for (const frame of writeFrames(header, body, maxFrameBytes())) {
      if (!window.isOpen) await window.opened(this.#end.signal);
      if (!window.send(`${subjectOf(key)}.${part}`, frame)) return false;
      part += 1;
    }
    return true;
  }
}
