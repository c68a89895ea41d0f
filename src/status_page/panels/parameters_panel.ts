// ParametersPanel: lists the parameters of the server, and changes their values.

import type { FoxgloveClientListener, Parameter, ParameterValue, UpdateStream } from "../../client/mod.ts";
import { create, setText, showText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { Panel, PanelContext } from "../panel_context.ts";
import { shownText } from "../data/quantities.ts";
import type { StatsJson } from "../stats_json.ts";
import { ParameterRow } from "./parameter_row.ts";
import { capabilitiesOf, failureText, untilAnswered } from "./server_facts.ts";

/** A page with more rows is slow. The filter finds the others. */
const MAX_ROWS = 300;
const DRAW_PERIOD_MS = 100;

/** Lists the parameters. Values that the server pushes are shown at once; otherwise there is a button to read them. */
export class ParametersPanel implements Panel {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #listener: FoxgloveClientListener;
  readonly #filter = create("input", { type: "search", placeholder: "name" });
  readonly #refresh = create("button", { type: "button" }, "Read again");
  readonly #facts = create("p", { class: "facts" });
  readonly #problem = create("p", { class: "problem", hidden: true });
  readonly #list = create("ul", { class: "parameters" });
  readonly #rows = new Map<string, ParameterRow>();
  readonly #stopFrames: () => void;
  #updates: UpdateStream<readonly Parameter[]> | undefined;
  /** Whether the values of this connection were read or are being read. */
  #isRead = false;
  #error = "";
  /** Whether something that the rows show has changed. */
  #isStale = true;
  #stats: StatsJson | undefined;

  constructor(context: PanelContext) {
    this.#context = context;
    this.element = create(
      "section",
      { class: "panel parameters-panel", "aria-label": "Parameters" },
      create(
        "div",
        { class: "panel-bar" },
        create("label", { class: "field" }, create("span", {}, "Filter"), this.#filter),
        this.#refresh,
        this.#facts,
      ),
      this.#problem,
      this.#list,
    );
    this.#refresh.addEventListener("click", () => void this.#read());
    const markStale = () => void (this.#isStale = true);
    this.#filter.addEventListener("input", markStale);
    this.#listener = {
      onServerInfo: () => {
        this.#isRead = false;
        markStale();
      },
      onConnectionState: markStale,
      onParameterValues: markStale,
    };
    context.client.addListener(this.#listener);
    this.#stopFrames = context.onFrame(atMostEvery(DRAW_PERIOD_MS, () => this.#drawFrame()));
  }

  close(): void {
    this.#stopFrames();
    this.#updates?.close();
    this.#context.client.removeListener(this.#listener);
  }

  #drawFrame(): void {
    if (!this.#context.isVisible(this.element)) return;
    this.#request();
    const stats = this.#context.stats();
    if (!this.#isStale && stats === this.#stats) return;
    this.#isStale = false;
    this.#stats = stats;
    this.#draw();
  }

  /** Subscribes to the values, or reads them once for each connection. */
  #request(): void {
    const { client } = this.#context;
    const capabilities = capabilitiesOf(client);
    const isPushed = capabilities.has("parametersSubscribe");
    this.#refresh.hidden = isPushed || !capabilities.has("parameters");
    if (isPushed && !this.#updates) {
      this.#updates = client.subscribeParameters([]);
      void drain(this.#updates);
    } else if (!isPushed && capabilities.has("parameters") && !this.#isRead && client.state.type === "open") {
      void this.#read();
    }
  }

  async #read(): Promise<void> {
    this.#isRead = true;
    try {
      // The values also arrive in `client.parameters`.
      await this.#context.client.getParameters([], { signal: untilAnswered(this.#context.signal) });
      this.#error = "";
    } catch (error) {
      this.#error = failureText(error);
    }
    this.#isStale = true;
  }

  #draw(): void {
    const { client } = this.#context;
    const capabilities = capabilitiesOf(client);
    const ranges = this.#stats?.parameterRanges ?? {};
    const isEditable = capabilities.has("parameters") && client.state.type === "open";
    const wanted = this.#filter.value.toLowerCase();
    const set = [...client.parameters.values()].filter(({ value }) => value !== undefined);
    const matching = set.filter(({ name }) => name.toLowerCase().includes(wanted))
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const listed = matching.slice(0, MAX_ROWS);
    // A connection begins without values. The rows stay until the values arrive, so that nothing is lost in them.
    if (set.length > 0) this.#removeRows(new Set(listed.map(({ name }) => name)));
    for (const [index, parameter] of listed.entries()) {
      const row = this.#rowAt(index, parameter.name);
      row.update(parameter, (Object.hasOwn(ranges, parameter.name) && ranges[parameter.name]) || {}, isEditable);
    }
    if (set.length === 0 && !isEditable) { for (const row of this.#rows.values()) row.disable(); }
    const count = set.length === 0 ? this.#rows.size : set.length;
    setText(this.#facts, shownText(set.length === 0 ? count : listed.length, count, "parameter"));
    this.#showProblem(capabilities, count);
  }

  #removeRows(listed: ReadonlySet<string>): void {
    for (const [name, row] of this.#rows) {
      if (listed.has(name)) continue;
      row.element.remove();
      this.#rows.delete(name);
    }
  }

  #rowAt(index: number, name: string): ParameterRow {
    let row = this.#rows.get(name);
    if (!row) {
      row = new ParameterRow(name, (parameter) => this.#set(parameter));
      this.#rows.set(name, row);
    }
    // Moving an element takes the focus from it, so it is moved only if it is in the wrong place.
    const current = this.#list.children[index];
    if (current !== row.element) this.#list.insertBefore(row.element, current ?? null);
    return row;
  }

  async #set(parameter: Parameter): Promise<ParameterValue | undefined> {
    const { client, signal } = this.#context;
    const values = await client.setParameters([parameter], { signal: untilAnswered(signal) });
    return values.find(({ name }) => name === parameter.name)?.value;
  }

  #showProblem(capabilities: ReadonlySet<string>, count: number): void {
    const isReadable = capabilities.has("parameters") || capabilities.has("parametersSubscribe");
    const text = !isReadable
      ? 'The server has no parameters: its capability "parameters" is missing.'
      : this.#error !== ""
      ? this.#error
      : count > 0
      ? capabilities.has("parameters") ? "" : 'The capability "parameters" is missing, so values cannot be changed.'
      : "The server has not sent any parameters.";
    showText(this.#problem, text);
  }
}

/** Reads a stream to its end, because its items also arrive in `client.parameters`. */
async function drain(updates: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of updates);
  } catch {
    // The connection has ended. The page says so.
  }
}
