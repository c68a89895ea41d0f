// FailureNote: logs a failure that is tried again, and its end.

import type { NatsLink } from "./nats_link.ts";

/**
 * Logs a failure once, and again if its reason changes. Its end is logged on the same level, so that the last line of a
 * log is never a failure that is over.
 */
export class FailureNote {
  readonly #link: Pick<NatsLink, "logger" | "label">;
  #text: string | undefined;

  constructor(link: Pick<NatsLink, "logger" | "label">) {
    this.#link = link;
  }

  /** The work has failed, and is tried again. */
  failed(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#link.logger.warn(`${this.#link.label}: ${text}; trying again`);
  }

  /** The work has succeeded. `text` is logged if a failure was. */
  ended(text: string): void {
    if (this.#text === undefined) return;
    this.#text = undefined;
    this.#link.logger.warn(`${this.#link.label}: ${text}`);
  }
}
