// StatsPoller: reads the statistics of the server once a second.

import { RateMeter } from "./data/rate_meter.ts";
import type { StatsJson } from "./stats_json.ts";

const PERIOD_MS = 1000;
/** A server that has lost its network does not answer at all. */
const ANSWER_LIMIT_MS = 5000;
/** The members of a range that limit numbers. */
const BOUNDS = new Set(["min", "max", "step"]);

/** The newest statistics, and the rates of the channels. Asks only while the page is visible. */
export class StatsPoller {
  readonly #url: URL;
  readonly #signal: AbortSignal;
  readonly #onChange: () => void;
  readonly #rates = new RateMeter<string>();
  #subscribers: ReadonlyMap<string, number> = new Map();
  #stats: StatsJson | undefined;
  #readAtMs = 0;

  /** Polls until `signal` aborts. `onChange`: called after each answer. */
  constructor(url: URL, signal: AbortSignal, onChange: () => void) {
    this.#url = url;
    this.#signal = signal;
    this.#onChange = onChange;
    void this.#poll();
  }

  /** The newest statistics; `undefined` if the server has none. */
  get stats(): StatsJson | undefined {
    return this.#stats;
  }

  /** How long the server has run, in seconds. */
  get uptimeSeconds(): number | undefined {
    return this.#stats && this.#stats.uptimeSeconds + (performance.now() - this.#readAtMs) / 1000;
  }

  /** Returns the messages per second of a topic, over all its channels. */
  rate(topic: string): number | undefined {
    return this.#rates.rate(topic);
  }

  /** Returns how many clients are subscribed to a topic. The same client counts for each of its channels. */
  subscribers(topic: string): number | undefined {
    return this.#subscribers.get(topic);
  }

  async #poll(): Promise<void> {
    while (!this.#signal.aborted) {
      if (!document.hidden) await this.#read();
      await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
    }
  }

  async #read(): Promise<void> {
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
      const response = await fetch(this.#url, { signal, cache: "no-store" });
      // Another server behind the page has no statistics.
      if (response.ok) this.#take(await response.json());
      else if (response.status === 404) this.#stats = undefined;
    } catch {
      // The server is away. The header shows this.
      return;
    }
    this.#onChange();
  }

  #take(stats: StatsJson): void {
    if (stats.sessionId !== this.#stats?.sessionId) this.#rates.reset();
    this.#stats = { ...stats, parameterRanges: withNumbers(stats.parameterRanges) };
    this.#readAtMs = performance.now();
    this.#rates.read(sums(stats, ({ messagesPublished }) => messagesPublished), this.#readAtMs);
    this.#subscribers = sums(stats, ({ subscribers }) => subscribers);
  }
}

/** Leaves out bounds that are text. They are integers that numbers would round, and the server checks them anyway. */
function withNumbers(ranges: StatsJson["parameterRanges"]): StatsJson["parameterRanges"] {
  const isUsable = ([key, value]: [string, unknown]) => !BOUNDS.has(key) || typeof value !== "string";
  return Object.fromEntries(
    Object.entries(ranges).map(([name, range]) => [name, Object.fromEntries(Object.entries(range).filter(isUsable))]),
  );
}

/** Adds up the figures of channels that share a topic. */
function sums(
  { channels }: StatsJson,
  figure: (channel: StatsJson["channels"][number]) => number,
): Map<string, number> {
  const byTopic = new Map<string, number>();
  for (const entry of channels) {
    const { topic } = entry.channel;
    byTopic.set(topic, (byTopic.get(topic) ?? 0) + figure(entry));
  }
  return byTopic;
}
