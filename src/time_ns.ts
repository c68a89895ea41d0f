// timeNs(): the wall clock in nanoseconds, for message timestamps.

/**
 * Returns the current time in nanoseconds since the Unix epoch, like Python's `time.time_ns()`.
 *
 * The time is measured with the platform's monotonic clock, in steps of less than a microsecond on Deno. It stays
 * within 4 ms of the wall clock. If the wall clock was set or the machine slept, the result jumps forwards or backwards
 * to follow it. Otherwise it never goes back.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert/assert";
 * import { timeNs } from "@x/foxglove-ws";
 *
 * const before = Date.now();
 * const milliseconds = Number(timeNs() / 1_000_000n);
 * assert(milliseconds > before - 5 && milliseconds < Date.now() + 5);
 * ```
 */
export function timeNs(): bigint {
  return platformTimeNs();
}

/** Two clocks, both in milliseconds. Tests of {@linkcode createTimeNs} pass their own. */
export interface Clocks {
  /** The time at which `monotonic()` was zero, in milliseconds since the Unix epoch. */
  origin: number;
  /**
   * A clock with a resolution below a millisecond. It never goes back, and does not change when the wall clock is set.
   */
  monotonic(): number;
  /** Whole milliseconds since the Unix epoch. */
  wall(): number;
}

/** Creates a {@linkcode timeNs} that reads `clocks`. */
export function createTimeNs(clocks: Clocks): () => bigint {
  let { origin } = clocks;
  let originNs = toNs(origin);

  function hasDrifted(monotonic: number, wall: number): boolean {
    // The wall clock returns the start of the current millisecond. Adding 0.5 limits the error to half a millisecond.
    return Math.abs(wall + 0.5 - origin - monotonic) > MAX_DRIFT_MS;
  }

  /** Reads both clocks again and follows the wall clock if it has jumped. Returns the new monotonic time. */
  function resynchronize(): number {
    let before, wall, after;
    let attempts = 0;
    do {
      before = clocks.monotonic();
      wall = clocks.wall();
      after = clocks.monotonic();
      attempts += 1;
    } while (after - before > MAX_GAP_MS && attempts < MAX_ATTEMPTS);
    if (hasDrifted(before, wall)) {
      origin = wall + 0.5 - before;
      originNs = toNs(origin);
    }
    return after;
  }

  return () => {
    let monotonic = clocks.monotonic();
    if (hasDrifted(monotonic, clocks.wall())) {
      monotonic = resynchronize();
    }
    // Added as integers, because a double can represent current nanosecond timestamps only in steps of 256.
    return originNs + toNs(monotonic);
  };
}

const MAX_DRIFT_MS = 3;

// If the process is interrupted between the readings of the two clocks, they seem to drift. The clocks are then read
// again.
const MAX_GAP_MS = 0.5;
const MAX_ATTEMPTS = 10;

function toNs(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1_000_000));
}

const platformTimeNs = createTimeNs({
  origin: performance.timeOrigin,
  monotonic: () => performance.now(),
  wall: Date.now,
});
