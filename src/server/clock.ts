// Clock: the time by which messages wait, grow old and are thinned out; tests pass their own.

/** A clock that does not run backwards, and its alarms. */
export interface Clock {
  /** In ms, since whenever. */
  now(): number;
  /** Calls back once after `ms`, unless cancelled by what is returned; does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's. */
export const MACHINE_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** The option by which tests pass their own. Not part of the public API. */
export const CLOCK: unique symbol = Symbol("clock");
