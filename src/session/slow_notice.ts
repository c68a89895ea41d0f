// SlowNotice: what a client is told when messages are dropped because it reads too slowly.

import type { ServerMessage } from "../protocol/messages.ts";
import { StatusLevel } from "../protocol/status.ts";

/** Apps know this text, word for word, and show their user a hint. */
const LIMIT_REACHED = "Send buffer limit reached";
const LIMIT_ID = "foxglove-ws.send-buffer-limit";
const TOPICS_ID = "foxglove-ws.dropped-topics";

/** By then, most of the topics that are concerned have lost a message. */
const TOPICS_AFTER_MS = 2500;
const RECOVERED_MS = 10_000;
/** More topics would make a text that is too long to read. */
const MAX_TOPICS = 10;

/**
 * One client's notices about one episode: from a dropped message until none was dropped for 10 seconds.
 *
 * Each notice is sent once and never changed, because some apps open a modal dialog for every warning. Times are of one clock, in ms.
 */
export class SlowNotice {
  readonly #topics = new Set<string>();
  #firstDrop = -Infinity;
  #lastDrop = -Infinity;
  #isShown = false;
  #hasNamedTopics = false;

  /** Whether an episode is going on. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** A message of `topic` was dropped. Returns what to tell the client. */
  dropped(topic: string, nowMs: number): ServerMessage[] {
    this.#lastDrop = nowMs;
    // More topics than one over the limit make no difference to the text.
    if (!this.#hasNamedTopics && this.#topics.size <= MAX_TOPICS) this.#topics.add(topic);
    if (this.#isShown) return this.#topicsNotice(nowMs);
    this.#isShown = true;
    this.#firstDrop = nowMs;
    return [{ op: "status", level: StatusLevel.WARNING, message: LIMIT_REACHED, id: LIMIT_ID }];
  }

  /** To be called now and then. Returns what to tell the client. */
  check(nowMs: number): ServerMessage[] {
    if (!this.#isShown) return [];
    if (nowMs - this.#lastDrop < RECOVERED_MS) return this.#topicsNotice(nowMs);
    const statusIds = this.#hasNamedTopics ? [LIMIT_ID, TOPICS_ID] : [LIMIT_ID];
    this.#topics.clear();
    this.#isShown = this.#hasNamedTopics = false;
    return [{ op: "removeStatus", statusIds }];
  }

  #topicsNotice(nowMs: number): ServerMessage[] {
    if (this.#hasNamedTopics || nowMs - this.#firstDrop < TOPICS_AFTER_MS) return [];
    this.#hasNamedTopics = true;
    return [{ op: "status", level: StatusLevel.WARNING, message: this.#topicsText(), id: TOPICS_ID }];
  }

  /** Apps cut a text after about 28 characters. */
  #topicsText(): string {
    const named = [...this.#topics].slice(0, MAX_TOPICS).sort().map((topic) => `"${topic}"`).join(", ");
    const others = this.#topics.size > MAX_TOPICS ? " and other topics" : "";
    return `Dropped: ${named}${others}. This client reads too slowly`;
  }
}
