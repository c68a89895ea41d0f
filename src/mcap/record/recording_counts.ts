// RecordingCounts: what a recording has received, in total and by topic.

import type { RecordedTopicStats } from "./recorder_stats.ts";

/** Counts of one topic, which change. */
export interface TopicCounts {
  messages: number;
  bytes: number;
  drops: number;
}

/** Counts messages. A topic keeps its counts when its channel is removed. */
export class RecordingCounts {
  readonly #topics = new Map<string, TopicCounts>();
  #messages = 0;
  #bytes = 0;
  #drops = 0;

  /** How many messages were recorded. */
  get messages(): number {
    return this.#messages;
  }

  /** The size of their payloads, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many messages were dropped. */
  get drops(): number {
    return this.#drops;
  }

  /** Returns a copy of the counts of all topics. */
  topics(): ReadonlyMap<string, RecordedTopicStats> {
    return new Map([...this.#topics].map(([topic, counts]) => [topic, { ...counts }]));
  }

  /** Returns the counts of a topic, for the other methods. */
  ofTopic(topic: string): TopicCounts {
    const counts = this.#topics.get(topic) ?? { messages: 0, bytes: 0, drops: 0 };
    this.#topics.set(topic, counts);
    return counts;
  }

  /** Counts a recorded message. */
  addMessage(counts: TopicCounts, bytes: number): void {
    this.#messages += 1;
    this.#bytes += bytes;
    counts.messages += 1;
    counts.bytes += bytes;
  }

  /** Counts a dropped message. */
  addDrop(counts: TopicCounts): void {
    this.#drops += 1;
    counts.drops += 1;
  }

  /** Counts a recorded message as dropped. */
  dropMessage(counts: TopicCounts, bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
    counts.messages -= 1;
    counts.bytes -= bytes;
    this.addDrop(counts);
  }

  /** Counts messages as dropped that were recorded, but could not be written. Their topics are not known. */
  addLost(messages: number): void {
    this.#messages -= messages;
    this.#drops += messages;
  }
}
