// Intake: limits the size and the rate of a client's messages.

import { RateLimit } from "../../session/rate_limit.ts";
import type { Clock } from "../../clock.ts";

/** The limits of the messages of one client. `LimitOptions` describes them. */
export interface MessageLimits {
  maxMessageBytes: number;
  maxTextBytes: number;
  maxMessagesPerSecond: number;
  maxBytesPerSecond: number;
}

/** Options of {@linkcode Intake}. */
export interface IntakeOptions extends MessageLimits {
  clock: Clock;
}

/** The rate limits of one client, and how much of them it has used. */
export interface Rates {
  readonly messages: RateLimit;
  readonly bytes: RateLimit;
}

/** What to do with a message, the exceeded limit, and the text for the client. */
export type Verdict =
  | { type: "accept" }
  | { type: "warn"; limit: keyof MessageLimits; text: string }
  | Disconnect;

/** The client must be disconnected with this code. */
export interface Disconnect {
  type: "disconnect";
  limit: keyof MessageLimits;
  code: 1008 | 1009;
  text: string;
}

/** Reading a byte of JSON costs several times as much as passing on a byte of payload. */
const TEXT_FACTOR = 8;

const ACCEPT: Verdict = { type: "accept" };

const UTF8 = new TextEncoder();

/** Checks what one client sends. */
export class Intake {
  readonly rates: Rates;
  readonly #options: IntakeOptions;

  /** `rates`: the limits of an earlier client, if this client takes them over. */
  constructor(options: IntakeOptions, rates?: Rates) {
    this.#options = options;
    this.rates = rates ?? {
      messages: new RateLimit(options.maxMessagesPerSecond),
      bytes: new RateLimit(options.maxBytesPerSecond),
    };
  }

  /** Must be called for each message, before it is read. Returns what to do with the message. */
  examine(data: string | ArrayBuffer | Uint8Array): Verdict {
    const { maxMessageBytes, maxTextBytes, clock } = this.#options;
    const sizeOption = typeof data === "string" && maxTextBytes < maxMessageBytes ? "maxTextBytes" : "maxMessageBytes";
    if (isLarger(data, this.#options[sizeOption])) return this.oversized(sizeOption);
    const now = clock.now();
    const messages = this.#judge("maxMessagesPerSecond", this.rates.messages.admit(now, 1));
    if (messages.type === "disconnect") return messages;
    const size = typeof data === "string" ? data.length * TEXT_FACTOR : data.byteLength;
    const bytes = this.#judge("maxBytesPerSecond", this.rates.bytes.admit(now, size));
    return bytes.type === "accept" ? messages : bytes;
  }

  /** Returns what to do with a message that is larger than an option allows. */
  oversized(limit: "maxTextBytes" | "maxMessageBytes"): Disconnect {
    const text = `Message larger than "${limit}" allows (${this.#options[limit]}): this client is disconnected`;
    return { type: "disconnect", limit, code: 1009, text };
  }

  #judge(limit: "maxMessagesPerSecond" | "maxBytesPerSecond", verdict: Verdict["type"]): Verdict {
    if (verdict === "accept") return ACCEPT;
    // The reason comes first, because apps show only the beginning of a text.
    const excess = `Sends more than "${limit}" allows (${this.#options[limit]})`;
    return verdict === "warn"
      ? { type: "warn", limit, text: `${excess}: this client will be disconnected if it continues` }
      : { type: "disconnect", limit, code: 1008, text: `${excess}: this client is disconnected` };
  }
}

/** Whether a message has more than `bytes`. Text is measured in UTF-8, as it arrived. */
function isLarger(data: string | ArrayBuffer | Uint8Array, bytes: number): boolean {
  if (typeof data !== "string") return data.byteLength > bytes;
  // A UTF-16 unit takes one to three bytes, so the text is only encoded if its length alone does not decide.
  return data.length > bytes || (data.length * 3 > bytes && UTF8.encode(data).byteLength > bytes);
}
