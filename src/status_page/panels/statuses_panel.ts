// StatusesPanel: shows the statuses of the server, and its connection graph.

import type { FoxgloveClientListener } from "../../client/mod.ts";
import { create, setText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { GraphTable } from "./graph_table.ts";
import { timeOfDay } from "./log_line.ts";
import { type StatusEntry, StatusList } from "./status_list.ts";

const DRAW_PERIOD_MS = 100;

/** Shows the statuses by level. Below them: who publishes and subscribes, if the server says so. */
export class StatusesPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #listener: FoxgloveClientListener;
  readonly #statuses = new StatusList();
  readonly #list = create("ul", { class: "statuses" });
  readonly #clear = create("button", { type: "button" }, "Clear");
  readonly #facts = create("p", { class: "facts" });
  readonly #graph: GraphTable;
  readonly #stopFrames: () => void;
  #isStale = true;

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
    for (const status of context.client.statuses.values()) this.#statuses.add(status, Date.now());
    const change = (apply: () => void) => {
      apply();
      this.#isStale = true;
    };
    this.#clear.addEventListener("click", () => change(() => this.#statuses.clear()));
    this.#listener = {
      onStatus: (_, status) => change(() => this.#statuses.add(status, Date.now())),
      onRemoveStatus: (_, ids) => change(() => this.#statuses.remove(ids)),
      // The other statuses stay, because the last ones before a restart may explain it.
      onConnectionState: (_, { type }) => type === "open" && change(() => this.#statuses.removeIdentified()),
    };
    context.client.addListener(this.#listener);
    this.#stopFrames = context.onFrame(atMostEvery(DRAW_PERIOD_MS, () => this.#drawFrame()));
  }

  close(): void {
    this.#stopFrames();
    this.#graph.close();
    this.#context.client.removeListener(this.#listener);
  }

  #drawFrame(): void {
    if (!this.#context.isVisible(this.element)) return;
    this.#graph.draw();
    if (!this.#isStale) return;
    this.#isStale = false;
    const statuses = this.#statuses.sorted();
    this.#list.replaceChildren(...statuses.map(createItem));
    this.#clear.hidden = statuses.length === 0;
    const count = statuses.length;
    setText(this.#facts, count === 0 ? "No statuses" : count === 1 ? "1 status" : `${count} statuses`);
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
