// RowList: a list of clients or robots, with a name, facts, traffic and losses in each row.

import { create, setText } from "../dom.ts";

/** The texts of a row. */
export interface RowTexts {
  readonly name: string;
  readonly facts: string;
  /** Shown when the pointer is over the facts. */
  readonly factsTitle?: string;
  readonly traffic: string;
  readonly loss: string;
  /** Whether the facts, or the losses, are a problem. */
  readonly hasProblem?: boolean;
  readonly hasLoss: boolean;
}

interface Row {
  readonly element: HTMLLIElement;
  readonly name: HTMLElement;
  readonly facts: HTMLElement;
  readonly traffic: HTMLElement;
  readonly loss: HTMLElement;
}

/** Keeps the elements of its rows, so that the page does not jump. */
export class RowList {
  readonly element: HTMLUListElement = create("ul", { class: "rows" });
  readonly #rows = new Map<number | string, Row>();

  /** Shows exactly these rows, by their keys. */
  show(rows: ReadonlyMap<number | string, RowTexts>): void {
    for (const [key, { element }] of this.#rows) {
      if (rows.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    for (const [key, texts] of rows) fill(this.#rows.get(key) ?? this.#add(key), texts);
  }

  #add(key: number | string): Row {
    const [name, facts] = [create("span", { class: "row-name" }), create("span", { class: "kind" })];
    const [traffic, loss] = [create("span", { class: "traffic" }), create("span", { class: "loss" })];
    const element = create("li", {}, name, facts, traffic, loss);
    const row = { element, name, facts, traffic, loss };
    this.#rows.set(key, row);
    this.element.append(element);
    return row;
  }
}

function fill(row: Row, { name, facts, factsTitle = "", traffic, loss, hasProblem = false, hasLoss }: RowTexts): void {
  setText(row.name, name);
  setText(row.facts, facts);
  row.facts.title = factsTitle;
  row.facts.dataset.level = hasProblem ? "warning" : "";
  setText(row.traffic, traffic);
  setText(row.loss, loss);
  row.loss.dataset.level = hasLoss ? "warning" : "";
}
