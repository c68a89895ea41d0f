// RecordingLog: what a recorder reports.

import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import { countText } from "../../quantities.ts";
import { onOneLine } from "../../server/log_text.ts";

/** An episode of drops ends after this time without drops, in ms. */
const RECOVERED_MS = 10_000;
/** The maximum number of topics in a line. */
const MAX_TOPICS = 5;

/** Writes lines to a logger. An episode of drops causes two lines: one at its start and one at its end. */
export class RecordingLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #label: string;
  /** The drops of the current episode by topic; empty if there is none. */
  readonly #drops = new Map<string, number>();
  #firstDrop = 0;
  #lastDrop = 0;

  /** `label`: the name of the recording. */
  constructor(logger: Logger, clock: Clock, label: string) {
    this.#logger = logger;
    this.#clock = clock;
    this.#label = label;
  }

  /** Writes a line after the current work, because the logger may send messages that are recorded. */
  write(level: "warn" | "error", text: string, ...details: unknown[]): void {
    this.#clock.soon(() => {
      try {
        this.#logger[level](onOneLine(text), ...details);
      } catch {
        // The logger itself failed, so the error cannot be reported.
      }
    });
  }

  /** Records a message that was dropped because the disk is too slow. */
  dropped(topic: string): void {
    this.#lastDrop = this.#clock.now();
    if (this.#drops.size === 0) {
      this.#firstDrop = this.#lastDrop;
      this.write("warn", `Recording ${this.#label} drops messages, because the disk is too slow`);
    }
    this.#drops.set(topic, (this.#drops.get(topic) ?? 0) + 1);
  }

  /** Must be called regularly. Ends the episode if there were no drops for some time. */
  check(): void {
    if (this.#drops.size > 0 && this.#clock.now() - this.#lastDrop >= RECOVERED_MS) this.endEpisode();
  }

  /** Ends the current episode, if there is one. */
  endEpisode(): void {
    if (this.#drops.size === 0) return;
    const topics = [...this.#drops].sort(([, one], [, other]) => other - one).map(([topic]) => `"${topic}"`);
    const others = topics.length > MAX_TOPICS ? ` and ${countText(topics.length - MAX_TOPICS, "other topic")}` : "";
    const count = [...this.#drops.values()].reduce((sum, drops) => sum + drops, 0);
    const seconds = Math.ceil((this.#lastDrop - this.#firstDrop) / 1000);
    const where = `${topics.slice(0, MAX_TOPICS).join(", ")}${others}`;
    this.#drops.clear();
    this.write(
      "warn",
      `Recording ${this.#label} dropped ${countText(count, "message")} of ${where} in ${Math.max(1, seconds)} s, ` +
        "because the disk was too slow",
    );
  }
}
