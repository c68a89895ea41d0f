// SlowNotice: what a client is told when messages are dropped because it reads too slowly.

import type { ServerMessage } from "../protocol/messages.ts";
import { StatusLevel } from "../protocol/status.ts";

/** Apps know this text, word for word, and show their user a hint. */
const LIMIT_REACHED = "Send buffer limit reached";
const LIMIT_ID = "foxglove-ws.send-buffer-limit";
const TOPICS_ID = "foxglove-ws.dropped-topics";

const REPEAT_MS = 2500;
const RECOVERED_MS = 10_000;
/** So many are named; more would make a text that nobody reads. */
const MAX_TOPICS = 10;

/** One client's notice: shown while messages are dropped, removed when none were for a while. Times are of one clock, in ms. */
export class SlowNotice {
  readonly #topics = new Set<string>();
  #lastDrop = -Infinity;
  #lastShown = -Infinity;

  /** Whether it is shown. */
  get isShown(): boolean {
    return this.#topics.size > 0;
  }

  /** A message of `topic` was dropped. Returns what to tell the client. */
  dropped(topic: string, nowMs: number): ServerMessage[] {
    this.#lastDrop = nowMs;
    this.#topics.add(topic);
    if (nowMs - this.#lastShown < REPEAT_MS) return [];
    this.#lastShown = nowMs;
    return [
      { op: "status", level: StatusLevel.WARNING, message: LIMIT_REACHED, id: LIMIT_ID },
      { op: "status", level: StatusLevel.WARNING, message: this.#topicsText(), id: TOPICS_ID },
    ];
  }

  /** To be asked now and then. Returns what to tell the client. */
  check(nowMs: number): ServerMessage[] {
    if (!this.isShown || nowMs - this.#lastDrop < RECOVERED_MS) return [];
    this.#topics.clear();
    this.#lastShown = -Infinity;
    return [{ op: "removeStatus", statusIds: [LIMIT_ID, TOPICS_ID] }];
  }

  #topicsText(): string {
    const named = [...this.#topics].sort().slice(0, MAX_TOPICS).map((topic) => `"${topic}"`).join(", ");
    return `This client reads too slowly, and misses messages of ${named}${
      this.#topics.size > MAX_TOPICS ? " and other topics" : ""
    }`;
  }
}
