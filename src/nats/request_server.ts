// RequestServer: receives the requests of edges, and sends the responses.

import type { SentTime } from "./age_filter.ts";
import { FrameReader, sentTimeOf, writeFrames } from "./frames.ts";
import type { NatsMessage } from "./nats_connection.ts";
import type { NatsLink } from "./nats_link.ts";

/**
 * How many requests in several parts may be incomplete at the same time, and how many bytes they may have. The oldest
 * ones are dropped, because their edge may have failed.
 */
const MAX_INCOMPLETE = 100;
const MAX_INCOMPLETE_BYTES = 64 * 1024 * 1024;

/** What the server needs. */
export interface RequestServerOptions {
  readonly link: NatsLink;
  /** The subject of all requests. */
  readonly subject: string;
  /** Returns the body of the response. Must not reject. */
  readonly answer: (subject: string, body: Uint8Array) => Promise<Uint8Array>;
  /** Returns the body of the response to a request that is too old to be answered; `undefined` if it is not. */
  readonly refuse: (reply: string, sent: SentTime) => Uint8Array | undefined;
}

/** Requests are answered independently of each other. */
export class RequestServer {
  readonly #options: RequestServerOptions;
  readonly #incomplete = new Map<string, FrameReader>();
  #incompleteBytes = 0;
  readonly #unsubscribe: () => void;
  readonly #end = new AbortController();

  constructor(options: RequestServerOptions) {
    this.#options = options;
    this.#unsubscribe = options.link.subscribe(options.subject, (message) => this.#receive(message));
  }

  /** Receives nothing more, and ends responses that are being sent. */
  close(): void {
    this.#end.abort();
    this.#unsubscribe();
  }

  #receive({ subject, data, reply }: NatsMessage): void {
    if (reply === undefined) return;
    const reader = this.#incomplete.get(reply) ?? new FrameReader();
    this.#forget(reply, reader);
    const sent = sentTimeOf(data);
    const refusal = sent && this.#options.refuse(reply, sent);
    // The rest of a refused request has no beginning, so it is dropped.
    if (refusal) return void this.#send(refusal, reply).catch(() => {});
    const whole = reader.receive(data);
    if (reader.isWaiting) {
      this.#incomplete.set(reply, reader);
      this.#incompleteBytes += reader.waitingBytes;
    }
    for (const [oldest, each] of this.#incomplete) {
      const isTooMuch = this.#incomplete.size > MAX_INCOMPLETE || this.#incompleteBytes > MAX_INCOMPLETE_BYTES;
      // A single request may exceed the limit.
      if (!isTooMuch || each === reader) break;
      this.#forget(oldest, each);
    }
    // Copied, because hooks may keep what they get.
    if (whole) void this.#respond(subject, whole.payload.slice(), reply).catch(() => {});
  }

  #forget(reply: string, reader: FrameReader): void {
    if (this.#incomplete.delete(reply)) this.#incompleteBytes -= reader.waitingBytes;
  }

  async #respond(subject: string, body: Uint8Array, reply: string): Promise<void> {
    await this.#send(await this.#options.answer(subject, body), reply);
  }

  async #send(response: Uint8Array, reply: string): Promise<void> {
    const { window, maxFrameBytes } = this.#options.link;
    for (const frame of writeFrames(HEADER, response, maxFrameBytes())) {
      await window.opened(this.#end.signal);
      if (!window.send(reply, frame)) return;
    }
  }
}

const HEADER = { sequence: 0, timestamp: 0n, sentMs: 0, period: 0 };
