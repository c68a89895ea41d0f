// SlowNotice: the status messages for a client that loses messages because it reads too slowly.

import type { ServerMessage } from "../protocol/messages.ts";
import { StatusLevel } from "../protocol/status.ts";

/** Apps look for exactly this text and then show a hint to their user. */
export const LIMIT_REACHED = "Send buffer limit reached";
const LIMIT_ID = "foxglove-ws.send-buffer-limit";
const TOPICS_ID = "foxglove-ws.dropped-topics";

/** The delay before the topics are listed. After this time most of the affected topics have lost a message. */
const TOPICS_AFTER_MS = 2500;
const RECOVERED_MS = 10_000;
/** The maximum number of topics in a text, so that it stays readable. */
const MAX_TOPICS = 10;

/**
 * Notices for one client. An episode starts with a dropped message and ends after 10 seconds without drops.
 *
 * Each notice is sent once per episode and never changed, because some apps open a modal dialog for every warning. All
 * times are in milliseconds of the same monotonic clock.
 */
export class SlowNotice {
  readonly #topics = new Set<string>();
  #firstDrop = -Infinity;
  #lastDrop = -Infinity;
  #isShown = false;
  #hasNamedTopics = false;

  /** Whether an episode is in progress. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Records a dropped message of `topic`. Returns the messages to send to the client. */
  dropped(topic: string, nowMs: number): ServerMessage[] {
    this.#lastDrop = nowMs;
    // One topic over the limit is enough: more topics do not change the text.
    if (!this.#hasNamedTopics && this.#topics.size <= MAX_TOPICS) this.#topics.add(topic);
    if (this.#isShown) return this.#topicsNotice(nowMs);
    this.#isShown = true;
    this.#firstDrop = nowMs;
    return [{ op: "status", level: StatusLevel.WARNING, message: LIMIT_REACHED, id: LIMIT_ID }];
  }

  /** Must be called regularly. Returns the messages to send to the client. */
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

  /** The topics come before the reason, because apps cut a text after about 28 characters. */
  #topicsText(): string {
    const named = [...this.#topics].slice(0, MAX_TOPICS).sort().map((topic) => `"${topic}"`).join(", ");
    const others = this.#topics.size > MAX_TOPICS ? " and other topics" : "";
    return `Dropped: ${named}${others}. This client reads too slowly`;
  }
}
