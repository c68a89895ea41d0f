// ModelSinks: the calls that the sinks of a server must get.

import type { SinkOperation } from "./sink_driver.ts";

/** What the model knows of a channel. */
interface SinkChannel {
  topic: string;
  latch: number;
  kept: readonly string[];
}

/** The sinks of the model. */
export class ModelSinks {
  readonly #channels: ReadonlyMap<number, SinkChannel>;
  readonly #sinks = new Map<number, string | undefined>();
  #calls: string[] = [];
  #lastSink = 0;

  /** `channels`: the live channels of the model. */
  constructor(channels: ReadonlyMap<number, SinkChannel>) {
    this.#channels = channels;
  }

  apply(operation: SinkOperation): void {
    if (operation.type === "removeSink") return void this.#sinks.delete(operation.sink);
    const number = ++this.#lastSink;
    this.#sinks.set(number, operation.pattern);
    for (const [id, channel] of this.#channels) {
      this.#call([number], channel.topic, added(id, channel));
      for (const text of channel.kept) this.#call([number], channel.topic, sent(id, text));
    }
  }

  channelAdded(id: number, channel: SinkChannel): void {
    this.#call(this.#sinks.keys(), channel.topic, added(id, channel));
  }

  channelRemoved(id: number, { topic }: SinkChannel): void {
    this.#call(this.#sinks.keys(), topic, `-${id}`);
  }

  message(id: number, { topic }: SinkChannel, text: string): void {
    this.#call(this.#sinks.keys(), topic, sent(id, text));
  }

  close(): void {
    this.#calls.push(...[...this.#sinks.keys()].map((number) => `sink ${number}: close`));
    this.#sinks.clear();
  }

  /** Returns the calls of all sinks since the last `take()`. */
  take(): string[] {
    return this.#calls.splice(0);
  }

  #call(sinks: Iterable<number>, topic: string, call: string): void {
    const selecting = [...sinks].filter((number) => selects(this.#sinks.get(number), topic));
    this.#calls.push(...selecting.map((number) => `sink ${number}: ${call}`));
  }
}

function selects(pattern: string | undefined, topic: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern;
}

function added(id: number, { topic, latch }: SinkChannel): string {
  return latch === 0 ? `+${id} ${topic}` : `+${id} ${topic} latch ${latch}`;
}

function sent(id: number, text: string): string {
  return `${id}@1 ${text}`;
}
