// FakeConnection: a connection to NATS without a network, for one program: what it publishes comes back to it.

import type { Clock } from "../../src/clock.ts";
import { NatsLink } from "../../src/nats/nats_link.ts";
import type { NatsConnection, NatsMessage } from "../../src/nats/mod.ts";

/** Returns a link whose log lines are passed on. */
export function linkOn(
  connection: NatsConnection,
  clock: Clock,
  { maxUnconfirmedBytes = 1_000_000, log = () => {} }: { maxUnconfirmedBytes?: number; log?: (line: string) => void } =
    {},
): NatsLink {
  const logger = { debug: log, info: (line: string) => log(`info: ${line}`), warn: log, error: log };
  return new NatsLink({ connection, clock, logger, label: "test", maxUnconfirmedBytes });
}

type Callback = (error: Error | null, message: NatsMessage) => void;

/** Flushes and requests are answered when the test says so. */
export class FakeConnection implements NatsConnection {
  /** What was published. */
  readonly published: { readonly subject: string; readonly payload: Uint8Array | string }[] = [];
  /** The flushes that are not answered. */
  readonly flushes: PromiseWithResolvers<void>[] = [];
  /** The subjects of requests. */
  readonly requested: string[] = [];
  /** The answer to all requests. */
  response: unknown = {};
  readonly info: { readonly max_payload: number } = { max_payload: 1024 * 1024 };
  #isClosed = false;
  readonly #events: string[] = [];
  #wake: (() => void) | undefined;
  readonly #subscriptions = new Set<{ readonly subject: string; readonly callback: Callback }>();

  publish(subject: string, payload: Uint8Array | string = ""): void {
    if (this.#isClosed) throw new Error("closed");
    this.published.push({ subject, payload });
  }

  subscribe(subject: string, { callback }: { callback: Callback }): { unsubscribe(): void } {
    const subscription = { subject, callback };
    this.#subscriptions.add(subscription);
    return { unsubscribe: () => void this.#subscriptions.delete(subscription) };
  }

  request(subject: string): Promise<NatsMessage> {
    this.requested.push(subject);
    const data = new TextEncoder().encode(JSON.stringify(this.response));
    return Promise.resolve({ subject, data });
  }

  flush(): Promise<void> {
    const flush = Promise.withResolvers<void>();
    this.flushes.push(flush);
    return flush.promise;
  }

  async *status(): AsyncGenerator<{ type: string }> {
    for (;;) {
      while (this.#events.length > 0) yield { type: this.#events.shift()! };
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Reports an event of the connection. */
  event(type: "disconnect" | "reconnect"): void {
    this.#events.push(type);
    this.#wake?.();
  }

  closed(): Promise<void> {
    return new Promise(() => {});
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The subjects that are subscribed. */
  get subjects(): string[] {
    return [...this.#subscriptions].map(({ subject }) => subject);
  }

  /** Delivers a message to the subscription of `to`. */
  deliver(to: string, message: Omit<NatsMessage, "data"> & { data?: Uint8Array }): void {
    for (const { subject, callback } of [...this.#subscriptions]) {
      if (subject === to) callback(null, { data: new Uint8Array(), ...message });
    }
  }
}
