// GraphTable: the connection graph of the server, as a table of topics and services.

import type { ConnectionGraph, UpdateStream } from "../../client/mod.ts";
import { clip, create, setText } from "../dom.ts";
import type { PanelContext } from "../panel_context.ts";
import { graphRows } from "./graph_rows.ts";
import { capabilitiesOf } from "./server_facts.ts";

/** Shows who publishes and subscribes to each topic. It subscribes to the graph while it is open and on the screen. */
export class GraphTable {
  readonly element: HTMLDetailsElement;
  readonly #context: PanelContext;
  readonly #facts = create("p", { class: "facts" });
  readonly #body = create("tbody");
  readonly #table: HTMLElement;
  #updates: UpdateStream<ConnectionGraph> | undefined;
  #graph: ConnectionGraph | undefined;

  constructor(context: PanelContext) {
    this.#context = context;
    const head = ["Topic or service", "Publishers", "Subscribers"].map((text) => create("th", { scope: "col" }, text));
    this.#table = create("table", {}, create("thead", {}, create("tr", {}, ...head)), this.#body);
    const scroll = { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Connection graph" };
    this.element = create(
      "details",
      { class: "graph" },
      create("summary", {}, "Connection graph"),
      this.#facts,
      create("div", scroll, this.#table),
    );
  }

  /** Subscribes or unsubscribes, and shows the newest graph. */
  draw(): void {
    const { client } = this.#context;
    const isProvided = capabilitiesOf(client).has("connectionGraph");
    this.element.hidden = !isProvided;
    if (!isProvided || !this.element.open || !this.#context.isVisible(this.element)) return this.close();
    if (!this.#updates) {
      this.#updates = client.subscribeConnectionGraph();
      void this.#receive(this.#updates);
    }
    if (!this.#graph) return;
    const { rows, count } = graphRows(this.#graph);
    this.#graph = undefined;
    this.#body.replaceChildren(
      ...rows.map(({ name, publishers, subscribers }) =>
        create(
          "tr",
          {},
          create("th", { scope: "row" }, name),
          create("td", {}, publishers),
          create("td", {}, subscribers),
        )
      ),
    );
    setText(this.#facts, rows.length < count ? `${rows.length} of ${count}` : count === 0 ? "The graph is empty." : "");
  }

  /** Ends the subscription. */
  close(): void {
    this.#updates?.close();
    this.#updates = undefined;
  }

  async #receive(updates: UpdateStream<ConnectionGraph>): Promise<void> {
    try {
      for await (const graph of updates) this.#graph = graph;
    } catch (error) {
      setText(this.#facts, clip(String(error)));
    }
  }
}
