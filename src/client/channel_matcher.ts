// ChannelMatcher: decides which channels a subscription includes.

import type { Channel } from "../protocol/channels.ts";

/** Selects the channels of a subscription: those with a topic, or those that a function accepts. */
export type ChannelSelector = string | ((channel: Channel) => boolean);

/** The channels of one subscription. */
export class ChannelMatcher {
  /** The topic; `undefined` for a predicate. */
  readonly topic: string | undefined;
  /** Returns `unknown`, because JavaScript callers may pass a predicate that does not return a boolean. */
  readonly #predicate: (channel: Channel) => unknown;
  readonly #onError: (error: unknown) => void;
  readonly #check: (channel: Channel) => void;
  #hasReportedResult = false;

  /**
   * `check` is called with each channel that was selected. If it throws, the channel is not included.
   *
   * @throws {TypeError} When `selector` is neither text nor a function.
   */
  constructor(
    selector: ChannelSelector,
    onError: (error: unknown) => void,
    check: (channel: Channel) => void = () => {},
  ) {
    if (typeof selector !== "string" && typeof selector !== "function") {
      throw new TypeError(`Cannot subscribe: the topic must be a string or a function, not ${typeof selector}`);
    }
    this.topic = typeof selector === "string" ? selector : undefined;
    this.#predicate = typeof selector === "string" ? (channel) => channel.topic === selector : selector;
    this.#onError = onError;
    this.#check = check;
  }

  /** Whether the channel is included. Never throws: if the predicate or the check throws, it is not included. */
  matches(channel: Channel): boolean {
    try {
      const result = this.#predicate(channel);
      if (result === true) this.#check(channel);
      if (typeof result === "boolean") return result;
      this.#reportResult(result);
    } catch (error) {
      this.#onError(error);
    }
    return false;
  }

  /**
   * Reports a result that is not a boolean, once. Such a result does not match: a promise, for example, would match
   * every channel.
   */
  #reportResult(result: unknown): void {
    // An async predicate may reject, and an unhandled rejection would end the program.
    if (result instanceof Promise) result.catch(() => {});
    if (this.#hasReportedResult) return;
    this.#hasReportedResult = true;
    const kind = result instanceof Promise ? "a promise" : result === null ? "null" : typeof result;
    this.#onError(
      new TypeError(`Cannot match channels: the predicate of a subscription returned ${kind}, not a boolean`),
    );
  }
}
