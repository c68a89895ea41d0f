// Intake: how large a client's messages may be, and how fast they may come.

import { RateLimit } from "../session/rate_limit.ts";
import type { Clock } from "../clock.ts";
import type { Limits } from "./limit_options.ts";

/** Options of {@linkcode Intake}. */
export interface IntakeOptions
  extends Pick<Limits, "maxMessageBytes" | "maxTextBytes" | "maxMessagesPerSecond" | "maxBytesPerSecond"> {
  clock: Clock;
}

/** What one client may send in a second, and what it has sent. */
export interface Rates {
  readonly messages: RateLimit;
  readonly bytes: RateLimit;
}

/** What becomes of a message, and what the client is told. */
export type Verdict =
  | { do: "take" }
  | { do: "warn"; text: string }
  | { do: "cut"; code: 1008 | 1009; text: string };

/** To read a byte of JSON costs a multiple of what it costs to hand a byte of payload on. */
const TEXT_FACTOR = 8;

const TAKE: Verdict = { do: "take" };

const UTF8 = new TextEncoder();

/** Watches over what one client sends. */
export class Intake {
  readonly rates: Rates;
  readonly #options: IntakeOptions;

  /** `rates`: those of a client before, if this one takes them over. */
  constructor(options: IntakeOptions, rates?: Rates) {
    this.#options = options;
    this.rates = rates ?? {
      messages: new RateLimit(options.maxMessagesPerSecond),
      bytes: new RateLimit(options.maxBytesPerSecond),
    };
  }

  /** To be asked about each message, before it is read. */
  examine(data: string | ArrayBuffer | Uint8Array): Verdict {
    const { maxMessageBytes, maxTextBytes, clock } = this.#options;
    const sizeOption = typeof data === "string" && maxTextBytes < maxMessageBytes ? "maxTextBytes" : "maxMessageBytes";
    const maxBytes = this.#options[sizeOption];
    if (isLarger(data, maxBytes)) {
      const text = `Message larger than "${sizeOption}" allows (${maxBytes}): this client is disconnected`;
      return { do: "cut", code: 1009, text };
    }
    const now = clock.now();
    const messages = this.#judge("maxMessagesPerSecond", this.rates.messages.admit(now, 1));
    if (messages.do === "cut") return messages;
    const size = typeof data === "string" ? data.length * TEXT_FACTOR : data.byteLength;
    const bytes = this.#judge("maxBytesPerSecond", this.rates.bytes.admit(now, size));
    return bytes.do === "take" ? messages : bytes;
  }

  #judge(option: "maxMessagesPerSecond" | "maxBytesPerSecond", verdict: Verdict["do"]): Verdict {
    if (verdict === "take") return TAKE;
    // Apps show only the beginning.
    const excess = `Sends more than "${option}" allows (${this.#options[option]})`;
    return verdict === "warn"
      ? { do: "warn", text: `${excess}: this client will be disconnected if it goes on` }
      : { do: "cut", code: 1008, text: `${excess}: this client is disconnected` };
  }
}

/** Text is counted in UTF-8, as it came. */
function isLarger(data: string | ArrayBuffer | Uint8Array, bytes: number): boolean {
  if (typeof data !== "string") return data.byteLength > bytes;
  // A UTF-16 unit makes one to three bytes: only in between is there anything to count.
  return data.length > bytes || (data.length * 3 > bytes && UTF8.encode(data).byteLength > bytes);
}
