// PlotSection: all plots of the page, which show the same span of time.

import { type LineLayout, MAX_PLOTS, WINDOWS_SECONDS } from "../data/layout.ts";
import type { Path } from "../data/numbers_in.ts";
import { countText } from "../data/quantities.ts";
import { create, showText } from "../dom.ts";
import { atMostEvery } from "../frame_loop.ts";
import type { LayoutStore } from "../layout_store.ts";
import type { MessageHub } from "../message_hub.ts";
import type { PanelContext } from "../panel_context.ts";
import type { PlotToggle } from "../topics/value_tree.ts";
import { PlotCard, type PlotOwner } from "./plot_card.ts";
import type { PlotPicture } from "./plot_canvas.ts";
import { ThemeColors } from "./plot_colors.ts";
import { type SampledLine, TopicSampler } from "./topic_sampler.ts";

const TEXT_PERIOD_MS = 100;
/** Plots move in steps of this time for users who prefer reduced motion. */
const CALM_PERIOD_MS = 1000;

/** The plots, with one sampler for each plotted topic. */
export class PlotSection implements PlotToggle, PlotOwner {
  readonly element: HTMLElement;
  readonly #context: PanelContext;
  readonly #hub: MessageHub;
  readonly #store: LayoutStore;
  readonly #colors: ThemeColors;
  readonly #grid = create("div", { class: "plots" });
  readonly #empty = create("p", { class: "empty" }, "Open a topic and press the plot button of a number.");
  readonly #note = create("p", { class: "note", hidden: true });
  readonly #pause: HTMLButtonElement;
  readonly #samplers = new Map<string, TopicSampler>();
  readonly #cards: PlotCard[] = [];
  #pausedMs: number | undefined;
  #cursorMs: number | undefined;

  constructor(context: PanelContext, hub: MessageHub, store: LayoutStore) {
    this.#context = context;
    this.#hub = hub;
    this.#store = store;
    this.#colors = new ThemeColors(context.signal);
    this.#pause = create("button", { type: "button", "aria-pressed": "false" }, "Pause");
    this.#pause.addEventListener("click", () => this.#togglePause());
    const tools = create("div", { class: "tools" }, this.#windowSelect(), this.#pause);
    const title = create("h2", { id: "plots-title" }, "Plots");
    this.element = create(
      "section",
      { class: "card plots-card", "aria-labelledby": "plots-title" },
      create("div", { class: "head" }, title, tools),
      this.#grid,
      this.#note,
      this.#empty,
    );
    for (const lines of store.layout.plots) this.#open(lines);
    const draw = () => this.#draw();
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    context.onFrame(isCalm ? atMostEvery(CALM_PERIOD_MS, draw) : draw);
    context.onFrame(atMostEvery(TEXT_PERIOD_MS, () => this.#showTexts()));
    const interrupt = () => this.#interrupt();
    context.client.addListener({ onSessionReset: interrupt, onConnectionState: interrupt });
  }

  has(line: LineLayout): boolean {
    return this.#cards.some((card) => card.has(line));
  }

  toggle(line: LineLayout): void {
    const cards = this.#cards.filter((card) => card.has(line));
    if (cards.length > 0) { for (const card of cards) card.removeLine(line); }
    else this.#open([line]);
  }

  addLine({ topic, path }: LineLayout): SampledLine {
    let sampler = this.#samplers.get(topic);
    if (!sampler) {
      sampler = new TopicSampler(topic, this.#hub, (message) => this.#context.decode(message));
      this.#samplers.set(topic, sampler);
    }
    return sampler.addLine(path);
  }

  removeLine({ topic, path }: LineLayout): void {
    const sampler = this.#samplers.get(topic);
    if (!sampler || sampler.removeLine(path)) return;
    sampler.close();
    this.#samplers.delete(topic);
  }

  choices(topics: readonly string[]): ReadonlyMap<string, readonly Path[]> {
    const first = new Set(topics);
    const ordered = [...this.#samplers.values()].sort((a, b) =>
      Number(first.has(b.topic)) - Number(first.has(a.topic))
    );
    return new Map(ordered.map(({ topic, fields }) => [topic, fields]));
  }

  setCursor(timeMs: number | undefined): void {
    this.#cursorMs = timeMs;
  }

  get span(): Pick<PlotPicture, "endMs" | "windowMs"> {
    return { endMs: this.#pausedMs ?? performance.now(), windowMs: this.#store.layout.windowSeconds * 1000 };
  }

  onChange(): void {
    const { layout } = this.#store;
    layout.plots = this.#cards.map(({ layouts }) => layouts).filter((lines) => lines.length > 0);
    this.#store.save();
    this.#empty.hidden = this.#cards.length > 0;
  }

  onClose(card: PlotCard): void {
    const index = this.#cards.indexOf(card);
    if (index < 0) return;
    this.#cards.splice(index, 1);
    card.element.remove();
    card.close();
    this.onChange();
  }

  #open(lines: readonly LineLayout[]): void {
    if (this.#cards.length >= MAX_PLOTS) return;
    const card = new PlotCard(this);
    this.#cards.push(card);
    this.#grid.append(card.element);
    for (const line of lines) card.addLine(line);
  }

  #draw(): void {
    const span = this.span;
    for (const sampler of this.#samplers.values()) sampler.sample(span.endMs - span.windowMs);
    const picture = { ...span, colors: this.#colors.current, cursorMs: this.#cursorMs };
    for (const card of this.#cards) if (this.#context.isVisible(card.element)) card.draw(picture);
  }

  #showTexts(): void {
    for (const card of this.#cards) card.showValues(this.#cursorMs ?? this.#pausedMs);
    const notes = [...this.#samplers.values()].flatMap(({ topic, problem, skipped }) =>
      problem !== undefined || skipped > 0
        ? [`${topic}: ${problem ?? `${countText(skipped, "message")} not plotted, because the page was too slow`}`]
        : []
    );
    if (this.#cards.length >= MAX_PLOTS) notes.push(`There is no room for more than ${MAX_PLOTS} plots`);
    showText(this.#note, notes.slice(0, 5).join("; "));
  }

  #interrupt(): void {
    for (const sampler of this.#samplers.values()) sampler.interrupt();
  }

  #togglePause(): void {
    this.#pausedMs = this.#pausedMs === undefined ? performance.now() : undefined;
    this.#pause.setAttribute("aria-pressed", String(this.#pausedMs !== undefined));
  }

  #windowSelect(): HTMLElement {
    const select = create(
      "select",
      {},
      ...WINDOWS_SECONDS.map((seconds) =>
        new Option(seconds < 60 ? `${seconds} s` : `${seconds / 60} min`, String(seconds))
      ),
    );
    select.value = String(this.#store.layout.windowSeconds);
    select.addEventListener("change", () => {
      this.#store.layout.windowSeconds = Number(select.value);
      this.#store.save();
    });
    return create("label", {}, "Window ", select);
  }
}
