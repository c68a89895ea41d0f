// RequestServer: receives the requests of edges, and sends the responses.

import { FrameReader, writeFrames } from "./frames.ts";
import type { NatsMessage } from "./nats_connection.ts";
import type { NatsLink } from "./nats_link.ts";

/** How many requests in several parts may be incomplete at the same time. The oldest one is dropped. */
const MAX_INCOMPLETE = 100;

/** What the server needs. */
export interface RequestServerOptions {
  readonly link: NatsLink;
  /** The subject of all requests. */
  readonly subject: string;
  /** Returns the body of the response. Must not reject. */
  readonly answer: (subject: string, body: Uint8Array) => Promise<Uint8Array>;
}

/** Requests are answered independently of each other. */
export class RequestServer {
  readonly #options: RequestServerOptions;
  readonly #incomplete = new Map<string, FrameReader>();
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
    const whole = reader.receive(data);
    this.#incomplete.delete(reply);
    if (reader.isWaiting) this.#incomplete.set(reply, reader);
    for (const oldest of this.#incomplete.keys()) {
      if (this.#incomplete.size <= MAX_INCOMPLETE) break;
      this.#incomplete.delete(oldest);
    }
    // Copied, because hooks may keep what they get.
    if (whole) void this.#respond(subject, whole.payload.slice(), reply).catch(() => {});
  }

  async #respond(subject: string, body: Uint8Array, reply: string): Promise<void> {
    const { answer, link: { window, maxFrameBytes } } = this.#options;
    const response = await answer(subject, body);
    for (const frame of writeFrames(HEADER, response, maxFrameBytes())) {
      await window.opened(this.#end.signal);
      if (!window.send(reply, frame)) return;
    }
  }
}

const HEADER = { sequence: 0, timestamp: 0n, sentMs: 0, period: 0 };
