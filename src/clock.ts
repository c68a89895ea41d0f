// Clock: the time by which messages wait, grow old and are thinned out, and clients connect again; tests pass their own.

/** A clock that does not run backwards, and its alarms. */
export interface Clock {
  /** In ms, since whenever. */
  now(): number;
  /** Calls back once after `ms`, unless cancelled by what is returned. */
  after(ms: number, callback: () => void): () => void;
  /** Calls `callback` once, after the code that runs now and before any timer or network event. */
  soon(callback: () => void): void;
}

/** The option by which tests pass their own. Not part of the public API. */
export const CLOCK: unique symbol = Symbol("clock");
