// timeNs(): the wall clock in nanoseconds, as message timestamps need it.

/**
 * The current time in nanoseconds since the Unix epoch: what Python's `time.time_ns()` returns.
 *
 * From call to call the platform's monotonic clock counts, in steps of less than a microsecond on Deno. It is kept
 * within 4 ms of the wall clock: when that was set, or the machine slept, the result leaps after it, forwards or
 * backwards, and otherwise it never goes back.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert/assert";
 * import { timeNs } from "@x/foxglove-ws";
 *
 * const milliseconds = Number(timeNs() / 1_000_000n);
 * assert(Math.abs(milliseconds - Date.now()) < 100);
 * ```
 */
export function timeNs(): bigint {
  return platformTimeNs();
}

/** Two clocks, both in milliseconds; tests of {@linkcode createTimeNs} pass their own. */
export interface Clocks {
  /** When `monotonic()` was zero, since the Unix epoch. */
  origin: number;
  /** Fine, never goes back, and takes no notice of the wall clock being set. */
  monotonic(): number;
  /** Whole milliseconds since the Unix epoch. */
  wall(): number;
}

/** Makes a {@linkcode timeNs} over `clocks`. */
export function createTimeNs(clocks: Clocks): () => bigint {
  let { origin } = clocks;
  let originNs = toNs(origin);

  function hasDrifted(monotonic: number, wall: number): boolean {
    // The wall clock shows the beginning of its millisecond; the middle is right by half of one.
    return Math.abs(wall + 0.5 - origin - monotonic) > MAX_DRIFT_MS;
  }

  /** Follows the wall clock if it did leap, and returns the monotonic time after all that. */
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
    // Added as integers: a double holds today's nanoseconds only in steps of 256.
    return originNs + toNs(monotonic);
  };
}

const MAX_DRIFT_MS = 3;

// A process that is interrupted between its readings of the two clocks sees a drift that is none. It reads again.
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
