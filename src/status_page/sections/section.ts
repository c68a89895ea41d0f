// Section: a part of the page that the user can open and close.

import { create, setText } from "../dom.ts";
import type { LayoutStore } from "../layout_store.ts";
import type { Panel } from "../panel_context.ts";

/** Describes a section. */
export interface SectionInit {
  /** Identifies the section in the layout. */
  readonly id: string;
  readonly title: string;
  /** Whether the section is open at first. */
  readonly isOpen?: boolean;
  /** Makes the panel when the section is opened for the first time. */
  readonly open: () => Panel;
}

/** A heading with a panel below it. A closed section costs nothing. */
export class Section {
  readonly element: HTMLDetailsElement;
  readonly #summary: HTMLElement;
  readonly #badge = create("span", { class: "badge" });
  readonly #open: () => Panel;
  #panel: Panel | undefined;

  constructor({ id, title, isOpen = false, open }: SectionInit, store: LayoutStore) {
    this.#open = open;
    this.#summary = create("summary", {}, create("h2", {}, title), this.#badge);
    this.element = create("details", { class: "card section", id }, this.#summary);
    this.element.open = store.layout.sections[id] ?? isOpen;
    this.element.addEventListener("toggle", () => {
      this.#openPanel();
      // The browser also reports the state at the beginning.
      if (this.element.open === (store.layout.sections[id] ?? isOpen)) return;
      store.layout.sections[id] = this.element.open;
      store.save();
    });
    this.#openPanel();
  }

  /** Shows a short text next to the title, such as a count. */
  setBadge(text: string, level: "" | "warning" | "bad" | "good" = ""): void {
    setText(this.#badge, text);
    this.#badge.dataset.level = level;
  }

  /** Shows or hides the whole section, because the server lacks what it shows. */
  setPresent(isPresent: boolean): void {
    this.element.hidden = !isPresent;
  }

  /** Opens the section, scrolls to it, and moves the focus to its title. */
  reveal(): void {
    this.element.open = true;
    this.#openPanel();
    this.#panel?.draw?.();
    this.#summary.focus({ preventScroll: true });
    this.element.scrollIntoView();
  }

  #openPanel(): void {
    if (!this.element.open || this.#panel) return;
    this.#panel = this.#open();
    this.element.append(this.#panel.element);
  }
}
