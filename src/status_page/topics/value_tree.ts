// ValueTree: shows a decoded message as a list of its members.

import { type TreeRow, treeRows } from "../data/tree_rows.ts";
import type { LineLayout } from "../data/layout.ts";
import { create, createLive, setText } from "../dom.ts";

/** What the tree asks of the plots. */
export interface PlotToggle {
  /** Whether a plot shows this line. */
  has(line: LineLayout): boolean;
  /** Adds a plot of this line, or removes the line. */
  toggle(line: LineLayout): void;
}

/** The elements of one row. They are used again for other members. */
interface RowElements {
  readonly item: HTMLLIElement;
  readonly toggle: HTMLButtonElement;
  readonly name: HTMLSpanElement;
  readonly value: HTMLElement;
  readonly text: HTMLElement;
  readonly plot: HTMLButtonElement;
  row: TreeRow | undefined;
}

/** The members of the newest message. Members can be opened, closed and plotted. */
export class ValueTree {
  readonly element: HTMLElement = create("ul", { class: "tree" });
  readonly #topic: string;
  readonly #plots: PlotToggle;
  readonly #rows: RowElements[] = [];
  readonly #choices = new Map<string, boolean>();
  #value: unknown;

  constructor(topic: string, plots: PlotToggle) {
    this.#topic = topic;
    this.#plots = plots;
  }

  /** Shows a value. */
  show(value: unknown): void {
    this.#value = value;
    const rows = treeRows(value, this.#choices);
    rows.forEach((row, index) => this.#showRow(this.#rows[index] ?? this.#addRow(), row));
    for (const { item } of this.#rows.splice(rows.length)) item.remove();
  }

  #showRow(elements: RowElements, row: TreeRow): void {
    const previous = elements.row;
    elements.row = row;
    setText(elements.text, row.text);
    elements.value.classList.toggle("long", row.isLong);
    if (row.isPlottable) {
      elements.plot.setAttribute("aria-pressed", String(this.#plots.has({ topic: this.#topic, path: row.path })));
    }
    // Most messages of a topic have the same members.
    if (previous?.id === row.id && previous.isOpen === row.isOpen && previous.isPlottable === row.isPlottable) return;
    elements.item.dataset.depth = String(Math.min(row.depth, 6));
    setText(elements.name, row.name);
    elements.plot.hidden = !row.isPlottable;
    elements.plot.setAttribute("aria-label", `Plot ${row.id}`);
    elements.toggle.hidden = row.isOpen === undefined;
    elements.toggle.setAttribute("aria-expanded", String(row.isOpen === true));
    elements.toggle.setAttribute("aria-label", `Members of ${row.id}`);
  }

  #addRow(): RowElements {
    const toggle = create("button", { type: "button", class: "twist" });
    const name = create("span", { class: "name" });
    const { outer: value, text } = createLive("span", { class: "value" });
    const plot = create("button", { type: "button", class: "plot-this", title: "Plot" });
    const item = create("li", {}, toggle, name, value, plot);
    const elements: RowElements = { item, toggle, name, value, text, plot, row: undefined };
    toggle.addEventListener("click", () => {
      const { row } = elements;
      if (!row) return;
      this.#choices.set(row.id, !row.isOpen);
      this.show(this.#value);
    });
    plot.addEventListener("click", () => {
      const { row } = elements;
      if (!row) return;
      this.#plots.toggle({ topic: this.#topic, path: row.path });
      this.show(this.#value);
    });
    this.#rows.push(elements);
    this.element.append(item);
    return elements;
  }
}
