// TopicSelect: a list to choose one of the topics that a panel can show.

import type { Channel } from "../../client/mod.ts";
import { clip, create } from "../dom.ts";

/** A server may advertise any number of topics, and a list with thousands is slow. */
const MAX_TOPICS = 500;

/** A labelled list of topics. The chosen topic stays chosen while the server is away. */
export class TopicSelect {
  readonly element: HTMLElement;
  readonly #select = create("select");
  readonly #accepts: (channel: Channel) => boolean;
  readonly #onChange: () => void;
  /** By topic, sorted. A topic with several channels has its first one. */
  #channels: ReadonlyMap<string, Channel> = new Map();
  #topic: string | undefined;
  /** The topic to choose when it is in the list; `undefined` if it was chosen. */
  #wanted: string | undefined;
  #options = "";

  /** `onChange` is called when another topic is chosen or has another encoding, and while there is no topic. */
  constructor(label: string, accepts: (channel: Channel) => boolean, onChange: () => void) {
    this.#accepts = accepts;
    this.#onChange = onChange;
    this.element = create("label", { class: "field" }, create("span", {}, label), this.#select);
    this.#select.addEventListener("change", () => {
      this.#wanted = undefined;
      this.#choose([...this.#channels.keys()][this.#select.selectedIndex]);
    });
  }

  /** The chosen topic; `undefined` if there was none to choose yet. */
  get topic(): string | undefined {
    return this.#topic;
  }

  /** The channel of the chosen topic. While the server does not advertise it, the last one. */
  get channel(): Channel | undefined {
    return this.#topic === undefined ? undefined : this.#channels.get(this.#topic);
  }

  /** Chooses a topic, now or when it is in the list. */
  select(topic: string): void {
    this.#wanted = topic;
    if (this.#channels.has(topic)) this.#choose(topic);
  }

  /** Shows the topics of these channels. The chosen topic stays in the list, because it may come back. */
  list(channels: readonly Channel[]): void {
    const byTopic = new Map<string, Channel>();
    for (const channel of channels) {
      if (byTopic.size >= MAX_TOPICS) break;
      if (this.#accepts(channel) && !byTopic.has(channel.topic)) byTopic.set(channel.topic, channel);
    }
    const previous = this.channel;
    if (previous && !byTopic.has(previous.topic)) byTopic.set(previous.topic, previous);
    this.#channels = new Map([...byTopic].sort(([a], [b]) => a < b ? -1 : 1));
    const topics = [...this.#channels.keys()];
    this.#showOptions(topics);
    const isWanted = this.#wanted !== undefined && this.#channels.has(this.#wanted);
    const topic = isWanted ? this.#wanted : this.#topic ?? topics[0];
    if (topic === undefined || topic !== this.#topic || previous?.encoding !== this.channel?.encoding) {
      this.#choose(topic);
    } else this.#showChoice();
  }

  #choose(topic: string | undefined): void {
    this.#topic = topic;
    if (topic === this.#wanted) this.#wanted = undefined;
    this.#showChoice();
    this.#onChange();
  }

  #showChoice(): void {
    const index = this.#topic === undefined ? 0 : [...this.#channels.keys()].indexOf(this.#topic);
    this.#select.selectedIndex = index;
  }

  #showOptions(topics: readonly string[]): void {
    const options = JSON.stringify(topics);
    if (options !== this.#options) {
      this.#options = options;
      this.#select.replaceChildren(...topics.map((topic) => create("option", {}, clip(topic, 100))));
    }
    this.element.hidden = topics.length === 0;
  }
}
