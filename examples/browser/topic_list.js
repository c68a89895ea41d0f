// TopicList: shows the topics of a server, and lets the user select one.

/** @import { Channel } from "../../src/client/mod.ts" */

export class TopicList {
  /** @type {HTMLElement} */
  #list;
  /** @type {HTMLTemplateElement} */
  #template;
  /** @type {(topic: string) => void} */
  #choose;
  #shown = "";

  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template The template of a list item.
   * @param {(topic: string) => void} choose Called with the topic that the user selects.
   */
  constructor(list, template, choose) {
    this.#list = list;
    this.#template = template;
    this.#choose = choose;
  }

  /**
   * @param {Iterable<Channel>} channels
   * @param {string | undefined} chosen
   */
  show(channels, chosen) {
    const sorted = [...channels].sort((one, other) => one.topic < other.topic ? -1 : 1);
    const shown = sorted.map(({ topic, schemaName, encoding }) => [topic, schemaName, encoding]).join("\n");
    if (shown !== this.#shown) {
      // Only if something has changed, because a new item would lose the keyboard focus of the old one.
      this.#shown = shown;
      this.#list.replaceChildren(...sorted.map((channel) => this.#item(channel)));
    }
    for (const button of this.#list.querySelectorAll("button")) button.ariaCurrent = String(button.value === chosen);
  }

  /** @param {Channel} channel */
  #item({ topic, encoding, schemaName }) {
    const item = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    const button = /** @type {HTMLButtonElement} */ (item.querySelector("button"));
    const [name, kind] = button.children;
    if (name) name.textContent = topic;
    if (kind) kind.textContent = [schemaName, encoding].filter(Boolean).join(" · ");
    button.value = topic;
    button.addEventListener("click", () => this.#choose(topic));
    return item;
  }
}
