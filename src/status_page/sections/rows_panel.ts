// RowsPanel: a list of clients or robots, with a name, facts, traffic and losses in each row.

import { countText } from "../data/quantities.ts";
import { create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import type { StatsJson } from "../stats_json.ts";

const PERIOD_MS = 500;
/** More entries are counted, but not listed. */
const MAX_ROWS = 200;

/** The texts of a row. */
export interface RowTexts {
  readonly name: string;
  readonly facts: string;
  /** Shown when the pointer is over the facts. */
  readonly factsTitle: string;
  /** Whether the facts are a warning. */
  readonly hasProblem?: boolean;
  readonly traffic: string;
  readonly loss: string;
  /** Whether the losses are a warning. */
  readonly hasLoss: boolean;
}

/** What a panel lists. */
export interface RowsInit<Entry> {
  /** One entry, such as `client`. */
  readonly noun: string;
  /** Returns all entries. */
  readonly entriesOf: (stats: StatsJson) => readonly Entry[];
  /** Identifies an entry as long as it is listed. */
  readonly keyOf: (entry: Entry) => number | string;
  readonly textsOf: (entry: Entry) => RowTexts;
}

interface Row {
  readonly element: HTMLLIElement;
  readonly name: HTMLElement;
  readonly facts: HTMLElement;
  readonly traffic: HTMLElement;
  readonly loss: HTMLElement;
}

/** Keeps the elements of its rows, so that the page does not jump. */
export class RowsPanel<Entry> implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #init: RowsInit<Entry>;
  readonly #list = create("ul", { class: "rows" });
  readonly #note = create("p", { class: "empty" });
  readonly #rows = new Map<number | string, Row>();
  readonly #stop: () => void;

  constructor(context: PanelContext, init: RowsInit<Entry>) {
    this.#context = context;
    this.#init = init;
    this.element = create("div", { class: `${init.noun}s-panel` }, this.#list, this.#note);
    this.#stop = context.onFrame(atMostEvery(PERIOD_MS, () => this.#update()));
  }

  close(): void {
    this.#stop();
  }

  #update(): void {
    const { noun, entriesOf, keyOf, textsOf } = this.#init;
    const stats = this.#context.stats();
    const entries = stats ? entriesOf(stats) : [];
    const shown = entries.slice(0, MAX_ROWS);
    this.#removeAllBut(new Set(shown.map(keyOf)));
    for (const entry of shown) fill(this.#rowOf(keyOf(entry)), textsOf(entry));
    const hidden = entries.length - shown.length;
    this.#note.hidden = shown.length > 0 && hidden === 0;
    if (!stats) setText(this.#note, `This server does not report its ${noun}s.`);
    else setText(this.#note, hidden > 0 ? `and ${countText(hidden, `more ${noun}`)}` : `No ${noun}s`);
  }

  #removeAllBut(keys: ReadonlySet<number | string>): void {
    for (const [key, { element }] of this.#rows) {
      if (keys.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
  }

  #rowOf(key: number | string): Row {
    const known = this.#rows.get(key);
    if (known) return known;
    const [name, facts] = [create("span", { class: "row-name" }), create("span", { class: "kind" })];
    const [traffic, loss] = [create("span", { class: "traffic" }), create("span", { class: "loss" })];
    const element = create("li", {}, name, facts, traffic, loss);
    const row = { element, name, facts, traffic, loss };
    this.#rows.set(key, row);
    this.#list.append(element);
    return row;
  }
}

function fill(row: Row, { name, facts, factsTitle, hasProblem = false, traffic, loss, hasLoss }: RowTexts): void {
  setText(row.name, name);
  setText(row.facts, facts);
  row.facts.title = factsTitle;
  row.facts.dataset.level = hasProblem ? "warning" : "";
  setText(row.traffic, traffic);
  setText(row.loss, loss);
  row.loss.dataset.level = hasLoss ? "warning" : "";
}
