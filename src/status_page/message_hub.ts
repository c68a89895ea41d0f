// MessageHub: one subscription for each topic, however many parts of the page show it.

import type { CallbackSubscription, FoxgloveClient, ReceivedMessage } from "../client/mod.ts";

/** Receives the messages of a topic. `arrivalMs`: on the clock of `performance.now()`. */
export type MessageReader = (message: ReceivedMessage, arrivalMs: number) => void;

interface Entry {
  readonly readers: Set<MessageReader>;
  subscription: CallbackSubscription | undefined;
  /** A latched message comes only once, so later readers get it from here. */
  newest: { message: ReceivedMessage; arrivalMs: number } | undefined;
}

/** Subscribes to a topic while it has at least one reader and the page is visible. */
export class MessageHub {
  readonly #client: FoxgloveClient;
  readonly #entries = new Map<string, Entry>();
  readonly #counts = new Map<string, number>();

  constructor(client: FoxgloveClient, signal: AbortSignal) {
    this.#client = client;
    document.addEventListener("visibilitychange", () => this.#followVisibility(), { signal });
  }

  /** How many messages of each subscribed topic have arrived since the subscription began. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Passes the messages of a topic to `reader`. Returns a function that ends this. */
  read(topic: string, reader: MessageReader): () => void {
    let entry = this.#entries.get(topic);
    if (!entry) {
      entry = { readers: new Set(), subscription: undefined, newest: undefined };
      this.#entries.set(topic, entry);
    }
    entry.readers.add(reader);
    if (entry.newest) reader(entry.newest.message, entry.newest.arrivalMs);
    else this.#start(topic, entry);
    return () => {
      entry.readers.delete(reader);
      if (entry.readers.size > 0 || this.#entries.get(topic) !== entry) return;
      this.#stop(topic, entry);
      this.#entries.delete(topic);
    };
  }

  #start(topic: string, entry: Entry): void {
    if (document.hidden || entry.subscription || this.#client.state.type === "closed") return;
    this.#counts.set(topic, 0);
    entry.subscription = this.#client.subscribe(topic, {
      onMessage: (message) => {
        this.#counts.set(topic, (this.#counts.get(topic) ?? 0) + 1);
        const arrivalMs = performance.now();
        entry.newest = { message, arrivalMs };
        for (const reader of entry.readers) reader(message, arrivalMs);
      },
    });
  }

  #stop(topic: string, entry: Entry): void {
    entry.subscription?.close();
    entry.subscription = entry.newest = undefined;
    this.#counts.delete(topic);
  }

  #followVisibility(): void {
    for (const [topic, entry] of this.#entries) {
      if (document.hidden) this.#stop(topic, entry);
      else this.#start(topic, entry);
    }
  }
}
