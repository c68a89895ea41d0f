// MessageFilter: decides which messages a loop gets.

import { nameMatcher, namePatternsFrom } from "../../name_patterns.ts";
import { kindOf } from "../../protocol/bytes.ts";
import type { Channel } from "../records/records.ts";
import type { McapSelection } from "./mcap_message.ts";

/** A selection that was checked. */
export class MessageFilter {
  /** The earliest log time, in ns. */
  readonly start: bigint | undefined;
  /** The log time before which messages end, in ns. */
  readonly end: bigint | undefined;
  readonly #matches: ((topic: string) => boolean) | undefined;

  /** @throws {TypeError} If an option has the wrong type. */
  constructor({ topics, start, end }: McapSelection = {}) {
    const patterns = topics === undefined ? undefined : namePatternsFrom("Cannot read messages", "topics", topics);
    this.#matches = patterns && nameMatcher(patterns);
    this.start = timeFrom("start", start);
    this.end = timeFrom("end", end);
  }

  /** Whether any channel is selected. */
  get hasAllTopics(): boolean {
    return this.#matches === undefined;
  }

  /** Whether the messages of the channel are selected, as far as its topic decides. */
  selects({ topic }: Channel): boolean {
    return this.#matches?.(topic) ?? true;
  }

  /** Whether a message with this log time is selected. */
  includes(logTime: bigint): boolean {
    return (this.start === undefined || logTime >= this.start) && (this.end === undefined || logTime < this.end);
  }

  /** Whether some message between these log times may be selected. */
  overlaps(first: bigint, last: bigint): boolean {
    return (this.start === undefined || last >= this.start) && (this.end === undefined || first < this.end);
  }

  /** Whether all messages between these log times are selected. */
  get hasAllTimes(): boolean {
    return this.start === undefined && this.end === undefined;
  }
}

function timeFrom(name: string, time: unknown): bigint | undefined {
  if (time === undefined || typeof time === "bigint") return time;
  throw new TypeError(`Cannot read messages: "${name}" must be a bigint of nanoseconds, not ${kindOf(time)}`);
}
