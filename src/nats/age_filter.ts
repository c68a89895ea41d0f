// AgeFilter: which messages are too old to be shown as new, without a common clock. ClockPeriod: detects clock steps.

/** Clocks of two machines drift apart by less than this part of the time. */
const MAX_DRIFT = 0.0002;
/** Steps of the clock below this are normal adjustments, in ms. */
const MAX_STEP_MS = 500;

/** When a message was sent. */
export interface SentTime {
  /** In ms of the sender's monotonic clock, modulo 2^32. */
  readonly sentMs: number;
  /** See {@linkcode ClockPeriod}. */
  readonly period: number;
}

/** Returns the time of a decoded message, or `undefined` if its members are not valid. */
export function sentTimeFrom({ sentMs, period }: { sentMs?: unknown; period?: unknown }): SentTime | undefined {
  const isValid = [sentMs, period].every((each) => Number.isInteger(each) && (each as number) >= 0);
  return isValid ? { sentMs, period } as SentTime : undefined;
}

/**
 * Decides how old a message is, from the sender's clock and the receiver's clock.
 *
 * The clocks have different zero points. The smallest difference between arrival and sending belongs to the fastest
 * message. A message with a larger difference is older by as much. The smallest difference may rise slowly, because
 * clocks drift.
 */
export class AgeFilter {
  readonly #maxAgeMs: number;
  #period: number | undefined;
  /** The smallest difference, modulo 2^32. */
  #base = 0;
  #baseAt = 0;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** Forgets everything, because a clock has jumped or another sender begins. */
  reset(): void {
    this.#period = undefined;
  }

  /** Whether a message is new enough. `nowMs`: when it arrived. */
  accepts(message: SentTime, nowMs: number): boolean {
    return this.ageOf(message, nowMs) <= this.#maxAgeMs;
  }

  /** Returns the age of a message in ms. `Infinity`: it was sent before the last step of the sender's clock. */
  ageOf({ sentMs, period }: SentTime, nowMs: number): number {
    const difference = nowMs - sentMs;
    if (this.#period === undefined || isNewer(period, this.#period)) {
      this.#period = period;
      this.#base = difference;
      this.#baseAt = nowMs;
      return 0;
    }
    if (period !== this.#period) return Infinity;
    this.#base += Math.max(0, nowMs - this.#baseAt) * MAX_DRIFT;
    this.#baseAt = nowMs;
    const age = signed(difference - this.#base);
    if (age < 0) this.#base = difference;
    return Math.max(0, age);
  }
}

/** Whether a period is after another one. Periods are modulo 256. */
function isNewer(period: number, other: number): boolean {
  const distance = (period - other) & 0xff;
  return distance > 0 && distance < 128;
}

/** Returns a number modulo 2^32 in the range of an int32, with its fraction. */
function signed(value: number): number {
  const wrapped = value % 0x1_0000_0000;
  return wrapped >= 0x8000_0000 ? wrapped - 0x1_0000_0000 : wrapped < -0x8000_0000 ? wrapped + 0x1_0000_0000 : wrapped;
}

/**
 * Counts how often the monotonic clock has lost time against the wall clock, for example because the machine was
 * suspended. Ages are only comparable within one period.
 */
export class ClockPeriod {
  #offset: number | undefined;
  #period = 0;

  /** The current period, modulo 256. */
  get current(): number {
    return this.#period;
  }

  /** Must be called about every second. Returns whether a new period has begun. */
  check(monotonicMs: number, wallMs: number): boolean {
    const offset = wallMs - monotonicMs;
    const hasStepped = this.#offset !== undefined && Math.abs(offset - this.#offset) > MAX_STEP_MS;
    this.#offset = offset;
    if (hasStepped) this.#period = (this.#period + 1) & 0xff;
    return hasStepped;
  }
}
