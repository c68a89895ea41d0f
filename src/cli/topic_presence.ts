// TopicPresence: reports topics that a server does not have, has removed, or advertises again.

import type { FoxgloveClient } from "../client/mod.ts";
import { nameAdvice } from "./name_advice.ts";

/** After this many checks without a message, a topic is reported as silent. */
const SILENT_CHECKS = 3;

interface TopicState {
  /** `undefined` before the first check. */
  isAdvertised: boolean | undefined;
  hasMessages: boolean;
  silentChecks: number;
}

/**
 * The topics that a user has named. The command calls {@linkcode TopicPresence.check} about once per second, so a
 * channel that a server replaces does not count as removed.
 */
export class TopicPresence {
  readonly #client: Pick<FoxgloveClient, "channels">;
  readonly #topics: ReadonlyMap<string, TopicState>;
  readonly #reportsSilence: boolean;

  /** `reportsSilence`: whether topics without messages are reported. */
  constructor(
    client: Pick<FoxgloveClient, "channels">,
    topics: Iterable<string>,
    { reportsSilence }: { reportsSilence: boolean },
  ) {
    this.#client = client;
    this.#reportsSilence = reportsSilence;
    this.#topics = new Map(
      [...topics].map((topic) => [topic, { isAdvertised: undefined, hasMessages: false, silentChecks: 0 }]),
    );
  }

  /** Notes that a message of a topic has arrived. */
  onMessage(topic: string): void {
    const state = this.#topics.get(topic);
    if (state) state.hasMessages = true;
  }

  /** Returns a line for each topic whose state has changed since the last check. */
  check(): string[] {
    const channels = [...this.#client.channels.values()];
    return [...this.#topics].flatMap(([topic, state]) => {
      const before = state.isAdvertised;
      state.isAdvertised = channels.some((channel) => channel.topic === topic);
      if (before === undefined && !state.isAdvertised) {
        const advice = nameAdvice(topic, channels.map((channel) => channel.topic), "topics");
        return [`waiting for the topic "${topic}", which the server does not have; ${advice}`];
      }
      if (before === true && !state.isAdvertised) {
        return [`the server has removed the topic "${topic}"; waiting for it`];
      }
      if (before === false && state.isAdvertised) return [`the server has the topic "${topic}" now`];
      return this.#checkSilence(topic, state);
    });
  }

  #checkSilence(topic: string, state: TopicState): string[] {
    if (!this.#reportsSilence || !state.isAdvertised || state.hasMessages) return [];
    state.silentChecks += 1;
    return state.silentChecks === SILENT_CHECKS ? [`no messages of "${topic}" so far`] : [];
  }
}
