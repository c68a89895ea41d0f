// Clock: the time source for message age, throttling, time limits and reconnection. Tests pass their own.

/** Options of {@linkcode Clock.after}. */
export interface AlarmOptions {
  /**
   * Keeps the process alive until the callback was called or cancelled. Default: `false`, if the platform lets a timer
   * do that.
   */
  keepsAlive?: boolean;
}

/** A monotonic clock with timers. */
export interface Clock {
  /** Milliseconds since an arbitrary fixed point in time. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, callback: () => void, options?: AlarmOptions): () => void;
  /** Calls `callback` once, after the currently running code and before any timer or network event. */
  soon(callback: () => void): void;
}

/** The key of the option with which tests replace the clock. Not part of the public API. */
export const CLOCK: unique symbol = Symbol("clock");
