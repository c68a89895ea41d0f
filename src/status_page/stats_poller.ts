// StatsPoller: reads the statistics of the server once a second.

import { CountedTopics, type TopicCounts } from "./data/counted_topics.ts";
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
  readonly #counted = new CountedTopics();
  #topics: ReadonlyMap<string, TopicCounts> = new Map();
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

  /**
   * Returns the messages per second of a topic, over all its channels; `undefined` if it is not known. It is not known
   * without subscribers, unless the server counts the messages of the topic all the same.
   */
  rate(topic: string): number | undefined {
    const hz = this.#rates.rate(topic);
    return hz === 0 && this.subscribers(topic) === 0 && !this.#counted.has(topic) ? undefined : hz;
  }

  /** Returns how many clients are subscribed to a topic. The same client counts for each of its channels. */
  subscribers(topic: string): number | undefined {
    return this.#topics.get(topic)?.subscribers;
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
    if (stats.sessionId !== this.#stats?.sessionId) {
      this.#rates.reset();
      this.#counted.reset();
    }
    this.#stats = { ...stats, parameterRanges: withNumbers(stats.parameterRanges) };
    this.#readAtMs = performance.now();
    this.#topics = countsByTopic(stats);
    this.#rates.read([...this.#topics].map(([topic, { published }]) => [topic, published] as const), this.#readAtMs);
    this.#counted.read(this.#topics);
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
function countsByTopic({ channels }: StatsJson): Map<string, TopicCounts> {
  const byTopic = new Map<string, TopicCounts>();
  for (const { channel: { topic }, messagesPublished, messagesSent, subscribers } of channels) {
    const others = byTopic.get(topic);
    byTopic.set(topic, {
      published: messagesPublished + (others?.published ?? 0),
      sent: messagesSent + (others?.sent ?? 0),
      subscribers: subscribers + (others?.subscribers ?? 0),
    });
  }
  return byTopic;
}
