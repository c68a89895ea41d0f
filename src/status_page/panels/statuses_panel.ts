// StatusesPanel: shows the statuses of the server, and its connection graph.

import { create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { GraphTable } from "./graph_table.ts";
import { timeOfDay } from "./log_line.ts";
import type { StatusEntry } from "./status_list.ts";

const DRAW_PERIOD_MS = 100;

/** Shows the statuses by level. Below them: who publishes and subscribes, if the server says so. */
export class StatusesPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #list = create("ul", { class: "statuses" });
  readonly #clear = create("button", { type: "button" }, "Clear");
  readonly #facts = create("p", { class: "facts" });
  readonly #graph: GraphTable;
  readonly #stopFrames: () => void;
  /** The state of the statuses that the list shows. */
  #shownChanges: number | undefined;

  constructor(context: PanelContext) {
    this.#context = context;
    this.#graph = new GraphTable(context);
    this.element = create(
      "section",
      { class: "panel statuses-panel", "aria-label": "Statuses" },
      create("div", { class: "panel-bar" }, this.#facts, this.#clear),
      this.#list,
      this.#graph.element,
    );
    this.#clear.addEventListener("click", () => {
      context.statuses.clear();
      this.draw();
    });
    this.#stopFrames = context.onFrame(atMostEvery(DRAW_PERIOD_MS, () => this.#drawFrame()));
  }

  close(): void {
    this.#stopFrames();
    this.#graph.close();
  }

  draw(): void {
    const { changes } = this.#context.statuses;
    if (changes === this.#shownChanges) return;
    this.#shownChanges = changes;
    const statuses = this.#context.statuses.sorted();
    this.#list.replaceChildren(...statuses.map(createItem));
    this.#clear.hidden = statuses.length === 0;
    const count = statuses.length;
    setText(this.#facts, count === 0 ? "No statuses" : count === 1 ? "1 status" : `${count} statuses`);
  }

  #drawFrame(): void {
    if (!this.#context.isVisible(this.element)) return;
    this.#graph.draw();
    this.draw();
  }
}

function createItem({ level, text, count, timeMs }: StatusEntry): HTMLElement {
  const item = create(
    "li",
    { class: `level-${level}` },
    create("span", { class: "level" }, level),
    create("span", { class: "message" }, text),
  );
  if (count > 1) item.append(create("span", { class: "count" }, `${count} times`));
  item.append(create("time", { datetime: new Date(timeMs).toISOString() }, timeOfDay(timeMs)));
  return item;
}
