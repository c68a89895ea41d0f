// RequestClient: sends the requests of an edge to a robot, and receives the responses.

import type { SentTime } from "./age_filter.ts";
import { FrameReader, writeFrames } from "./frames.ts";
import type { NatsMessage } from "./nats_connection.ts";
import type { NatsLink } from "./nats_link.ts";

/** The status code of the NATS server for a request without a subscriber. */
const NO_RESPONDERS = 503;

/** What the client needs. */
export interface RequestClientOptions {
  readonly link: NatsLink;
  /** Returns the subject for the response to a request. `*`: to all. */
  readonly replyTo: (request: string) => string;
  /** Returns the time of the edge, for headers. */
  readonly sentTime: () => SentTime;
}

interface OpenRequest {
  readonly reader: FrameReader;
  readonly resolve: (body: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Large requests and responses consist of several messages. */
export class RequestClient {
  readonly #options: RequestClientOptions;
  readonly #open = new Map<string, OpenRequest>();
  #unsubscribe: (() => void) | undefined;
  #last = 0;

  constructor(options: RequestClientOptions) {
    this.#options = options;
  }

  /** How many requests are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Sends a request, and returns the body of the response.
   *
   * @throws {Error} If the robot is not subscribed, or the connection to it is lost.
   * @throws The signal's reason.
   */
  async request(subject: string, body: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const { link, replyTo, sentTime } = this.#options;
    const { window, maxFrameBytes } = link;
    signal.throwIfAborted();
    this.#unsubscribe ??= link.subscribe(replyTo("*"), (message) => this.#receive(message));
    const sequence = ++this.#last;
    const id = String(sequence);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#open.set(id, { reader: new FrameReader(), resolve, reject });
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    // Nothing more is sent of a request that has failed: a robot must not carry it out later.
    const end = new AbortController();
    try {
      const send = async () => {
        const header = { sequence, timestamp: 0n, sentMs: 0, period: 0 };
        const ready = async () => {
          await window.opened(end.signal);
          // Each frame has its own time, because it may have waited.
          Object.assign(header, sentTime());
        };
        await ready();
        for (const frame of writeFrames(header, body, maxFrameBytes())) {
          if (!window.send(subject, frame, replyTo(id))) throw new Error("the connection to NATS is closed");
          await ready();
        }
      };
      send().catch(reject);
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
      end.abort();
      this.#open.delete(id);
    }
  }

  /** Rejects all open requests. */
  fail(reason: string): void {
    for (const { reject } of this.#open.values()) reject(new Error(reason));
  }

  /** Rejects all open requests, and receives nothing more. */
  close(): void {
    this.fail("closed");
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #receive({ subject, data, headers }: NatsMessage): void {
    const open = this.#open.get(subject.slice(subject.lastIndexOf(".") + 1));
    if (!open) return;
    if (headers?.code === NO_RESPONDERS) return open.reject(new Error("the robot is not connected"));
    const { incomplete } = open.reader;
    const whole = open.reader.receive(data);
    if (whole) open.resolve(whole.payload);
    else if (open.reader.incomplete > incomplete) open.reject(new Error("a part of the response is lost"));
  }
}
