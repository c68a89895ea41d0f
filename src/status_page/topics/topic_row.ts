// TopicRow: one topic in the list, with its newest message if it is open.

import type { Channel } from "../../client/mod.ts";
import { rateText } from "../data/quantities.ts";
import { clip, create, setText } from "../dom.ts";
import type { Panel } from "../panel_context.ts";

/** The figures of a topic. */
export interface TopicFigures {
  /** Messages per second; `undefined` if it is not known. */
  readonly hz: number | undefined;
  /** The number of subscribed clients; `undefined` if it is not known. */
  readonly subscribers: number | undefined;
}

/** The row of a topic. */
export class TopicRow {
  readonly topic: string;
  readonly element: HTMLLIElement;
  readonly #button: HTMLButtonElement;
  readonly #kind = create("span", { class: "kind" });
  readonly #rate = create("span", { class: "rate" });
  readonly #subscribers = create("span", { class: "subscribers" });
  readonly #openView: () => Panel;
  #view: Panel | undefined;

  /** `openView`: makes the view of the newest message. `onToggle`: called when the user opens or closes the row. */
  constructor(topic: string, openView: () => Panel, onToggle: () => void) {
    this.topic = topic;
    this.#openView = openView;
    const name = create("span", { class: "topic-name", title: clip(topic, 300) }, clip(topic, 150));
    this.#button = create(
      "button",
      { type: "button", class: "topic", "aria-expanded": "false" },
      name,
      this.#kind,
      this.#rate,
      this.#subscribers,
    );
    this.#button.addEventListener("click", () => {
      this.isOpen = !this.isOpen;
      onToggle();
    });
    this.element = create("li", {}, this.#button);
  }

  /** Whether the newest message is shown. */
  get isOpen(): boolean {
    return this.#view !== undefined;
  }

  set isOpen(isOpen: boolean) {
    if (isOpen === this.isOpen) return;
    this.#button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      this.#view = this.#openView();
      this.element.append(this.#view.element);
    } else {
      this.#view?.element.remove();
      this.#view?.close();
      this.#view = undefined;
    }
  }

  /** Shows what the server advertises. */
  describe({ schemaName, encoding }: Channel): void {
    setText(this.#kind, clip([schemaName, encoding].filter((part) => part !== "").join(" · "), 100));
    this.element.classList.remove("gone");
  }

  /** Shows the figures. */
  measure({ hz, subscribers }: TopicFigures): void {
    setText(this.#rate, rateText(hz));
    const isIdle = hz === undefined && subscribers === 0;
    this.#rate.title = isIdle ? "Not known: the topic has no subscriber. Open it to subscribe." : "";
    setText(this.#subscribers, subscribers === undefined ? "" : String(subscribers));
    this.#subscribers.title = subscribers === undefined ? "" : "Subscribers";
  }
}
