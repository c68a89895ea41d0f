// Presence: the heartbeats of robots, and what an edge concludes from them. Pure.

import { type SentTime, sentTimeFrom } from "./age_filter.ts";
import { parseObject } from "./wire.ts";

/** A robot sends a heartbeat this often, in ms. */
export const HEARTBEAT_MS = 1000;
/** A robot without a heartbeat for this time is away, in ms. */
const AWAY_AFTER_MS = 3 * HEARTBEAT_MS;

/** One heartbeat of a robot. */
export interface Heartbeat extends SentTime {
  /** Names one call of `publishToNats()`. */
  readonly run: string;
  /** When the run began, in ms of the robot's wall clock. */
  readonly startedAt: number;
  /** The version of the newest value of the state. */
  readonly version: number;
  /** The robot ends this run. */
  readonly isLast: boolean;
}

/** Returns the heartbeat as JSON. */
export function encodeHeartbeat(heartbeat: Heartbeat): string {
  return JSON.stringify(heartbeat);
}

/** Returns the heartbeat, or `undefined` if it is not valid. */
export function decodeHeartbeat(bytes: Uint8Array): Heartbeat | undefined {
  const { run, startedAt, version, isLast, ...rest } = parseObject(bytes) ?? {};
  if (typeof run !== "string" || !/^\w{1,64}$/.test(run) || typeof isLast !== "boolean") return undefined;
  if (!Number.isFinite(startedAt) || !Number.isInteger(version) || (version as number) < 0) return undefined;
  const sent = sentTimeFrom(rest);
  return sent && { run, startedAt, version, ...sent, isLast } as Heartbeat;
}

/** Whether the first of two robots must end, because both use the same prefix. */
export function mustEnd(
  own: Pick<Heartbeat, "run" | "startedAt">,
  other: Pick<Heartbeat, "run" | "startedAt">,
): boolean {
  if (own.startedAt !== other.startedAt) return own.startedAt > other.startedAt;
  return own.run > other.run;
}

/** How a heartbeat changes the view of an edge. */
export type PresenceChange =
  /** The current run goes on. */
  | "same"
  /** A run begins: the first one, or one that replaces another. */
  | "begun"
  /** The current run is there again. */
  | "returned"
  /** The current run has ended. */
  | "ended"
  /** A run that was replaced is still there: two robots use the prefix. */
  | "rival"
  /** A heartbeat of no importance. */
  | "ignored";

/** How many replaced runs are remembered. */
const MAX_REPLACED = 100;

/** Follows which run is the current one of a prefix. */
export class Presence {
  #run: string | undefined;
  #lastAt = -Infinity;
  #isAway = true;
  readonly #replaced = new Set<string>();

  /** The current run, also while it is away. */
  get run(): string | undefined {
    return this.#run;
  }

  /** Whether the current run has ended, or has sent no heartbeat recently. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Takes a heartbeat. */
  receive({ run, isLast }: Pick<Heartbeat, "run" | "isLast">, nowMs: number): PresenceChange {
    if (run === this.#run) {
      const wasAway = this.#isAway;
      this.#lastAt = nowMs;
      this.#isAway = isLast;
      if (isLast) return wasAway ? "ignored" : "ended";
      return wasAway ? "returned" : "same";
    }
    if (isLast) return "ignored";
    if (this.#replaced.has(run) && !this.#isAway) return "rival";
    if (this.#run !== undefined) this.#replace(this.#run);
    this.#replaced.delete(run);
    this.#run = run;
    this.#lastAt = nowMs;
    this.#isAway = false;
    return "begun";
  }

  /** Must be called regularly. Returns whether the current run has become away. */
  check(nowMs: number): boolean {
    if (this.#isAway || nowMs - this.#lastAt < AWAY_AFTER_MS) return false;
    this.#isAway = true;
    return true;
  }

  #replace(run: string): void {
    this.#replaced.add(run);
    for (const oldest of this.#replaced) {
      if (this.#replaced.size <= MAX_REPLACED) break;
      this.#replaced.delete(oldest);
    }
  }
}
