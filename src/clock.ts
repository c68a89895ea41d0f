// Clock: the time source for message age, throttling and reconnection. Tests pass their own.

/** A monotonic clock with timers. */
export interface Clock {
  /** Milliseconds since an arbitrary fixed point in time. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
  /** Calls `callback` once, after the currently running code and before any timer or network event. */
  soon(callback: () => void): void;
}

/** The key of the option with which tests replace the clock. Not part of the public API. */
export const CLOCK: unique symbol = Symbol("clock");
