// EdgeAges: whether what edges send is too old when it arrives at the robot.

import { AgeFilter, type SentTime } from "./age_filter.ts";

/** How many edges are remembered. Silent ones are remembered too, because their old messages may still arrive. */
const MAX_EDGES = 1000;

/** The age of the messages and requests of each edge. */
export class EdgeAges {
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  /** By edge. The ones that were heard last come last. */
  readonly #filters = new Map<string, AgeFilter>();
  #tooOld = 0;

  /** `now` returns the time of the robot's monotonic clock, in ms. */
  constructor(maxAgeMs: number, now: () => number) {
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  /** How many messages and requests were too old. */
  get tooOld(): number {
    return this.#tooOld;
  }

  /** Learns from a message of an edge how long its messages take. Never refuses one. */
  observe(edge: string, sent: SentTime): void {
    this.#filterOf(edge).ageOf(sent, this.#now());
  }

  /** Returns whether a message or a request is new enough. Counts it if it is not. */
  accepts(edge: string, sent: SentTime): boolean {
    const isNew = this.#filterOf(edge).accepts(sent, this.#now());
    if (!isNew) this.#tooOld += 1;
    return isNew;
  }

  #filterOf(edge: string): AgeFilter {
    const filter = this.#filters.get(edge) ?? new AgeFilter(this.#maxAgeMs);
    this.#filters.delete(edge);
    this.#filters.set(edge, filter);
    const [oldest] = this.#filters.keys();
    if (this.#filters.size > MAX_EDGES && oldest !== undefined) this.#filters.delete(oldest);
    return filter;
  }
}
