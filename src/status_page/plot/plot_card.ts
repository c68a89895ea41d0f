// PlotCard: one plot with its legend.

import { type LineLayout, MAX_LINES } from "../data/layout.ts";
import { type Path, pathText } from "../data/numbers_in.ts";
import { numberText } from "../data/quantities.ts";
import { clip, create, createLive, setText } from "../dom.ts";
import { PlotCanvas, type PlotPicture } from "./plot_canvas.ts";
import type { SampledLine } from "./topic_sampler.ts";

/** More digits do not fit, and change faster than people read. */
const LEGEND_DIGITS = 5;

/** What a card asks of the section of plots. */
export interface PlotOwner {
  addLine(layout: LineLayout): SampledLine;
  removeLine(layout: LineLayout): void;
  /** The numbers that the user can add to the plot, by topic. */
  choices(topics: readonly string[]): ReadonlyMap<string, readonly Path[]>;
  /** The time under the pointer; `undefined` if it left the plot. */
  setCursor(timeMs: number | undefined): void;
  /** The span of time that plots show now. */
  readonly span: Pick<PlotPicture, "endMs" | "windowMs">;
  onChange(): void;
  onClose(card: PlotCard): void;
}

interface Line {
  readonly layout: LineLayout;
  readonly sampled: SampledLine;
  readonly chip: HTMLLIElement;
  readonly value: HTMLElement;
}

/** Shows lines of any topics over the same time. */
export class PlotCard {
  readonly element: HTMLElement;
  readonly #owner: PlotOwner;
  readonly #canvas: PlotCanvas;
  readonly #legend = create("ul", { class: "legend" });
  readonly #add = create("select", { class: "add-line", "aria-label": "Add a field to this plot" });
  readonly #resize: ResizeObserver;
  #lines: Line[] = [];

  constructor(owner: PlotOwner) {
    this.#owner = owner;
    const close = create("button", { type: "button", class: "close", "aria-label": "Close this plot" }, "×");
    close.addEventListener("click", () => owner.onClose(this));
    const canvas = create("canvas", { role: "img", tabindex: 0 });
    this.#canvas = new PlotCanvas(canvas);
    this.#resize = new ResizeObserver(() => this.#canvas.resize(canvas.clientWidth, canvas.clientHeight));
    this.#resize.observe(canvas);
    this.element = create(
      "div",
      { class: "plot" },
      create("div", { class: "plot-head" }, this.#legend, this.#add, close),
      canvas,
    );
    this.#listenToPointer(canvas);
    this.#listenToKeys(canvas);
    this.#add.addEventListener("focus", () => this.#offerFields());
    this.#add.addEventListener("pointerdown", () => this.#offerFields());
    this.#add.addEventListener("change", () => this.#addChosen());
    this.#offerFields();
  }

  /** What the lines show. */
  get layouts(): LineLayout[] {
    return this.#lines.map(({ layout }) => layout);
  }

  /** Whether the card has a line. */
  has(layout: LineLayout): boolean {
    return this.#find(layout) !== undefined;
  }

  /** Adds a line, unless there are too many or it is there already. */
  addLine(layout: LineLayout): void {
    if (this.#lines.length >= MAX_LINES || this.has(layout)) return;
    const label = `${clip(layout.topic, 60)} ${clip(pathText(layout.path), 60)}`;
    const value = createLive("span", { class: "value" });
    const remove = create("button", { type: "button", class: "remove", "aria-label": `Remove ${label}` }, "×");
    remove.addEventListener("click", () => this.removeLine(layout));
    const chip = create(
      "li",
      {},
      create("span", { class: "swatch", "aria-hidden": "true" }),
      create(
        "span",
        { class: "label", title: label },
        create("span", { class: "label-topic" }, clip(layout.topic, 60)),
        create("span", { class: "label-field" }, clip(pathText(layout.path), 60)),
      ),
      value.outer,
      remove,
    );
    this.#legend.append(chip);
    this.#lines.push({ layout, sampled: this.#owner.addLine(layout), chip, value: value.text });
    this.#numberLines();
    this.#owner.onChange();
  }

  /** Removes a line. The last one takes the card with it. */
  removeLine(layout: LineLayout): void {
    const line = this.#find(layout);
    if (!line) return;
    line.chip.remove();
    this.#lines = this.#lines.filter((each) => each !== line);
    this.#owner.removeLine(line.layout);
    this.#numberLines();
    if (this.#lines.length === 0) this.#owner.onClose(this);
    else this.#owner.onChange();
  }

  /** Draws one frame. */
  draw(picture: Omit<PlotPicture, "rings">): void {
    this.#canvas.draw({ ...picture, rings: this.#lines.map(({ sampled }) => sampled.ring) });
  }

  /** Shows the values at a time, or the newest ones. */
  showValues(timeMs: number | undefined): void {
    const texts = this.#lines.map(({ sampled, value }) => {
      const number = timeMs === undefined ? sampled.newest : valueBefore(sampled, timeMs);
      const text = Number.isNaN(number) ? "–" : numberText(number, LEGEND_DIGITS);
      setText(value, text);
      return text;
    });
    const names = this.#lines.map(({ layout }, index) => `${clip(pathText(layout.path), 60)} ${texts[index]}`);
    this.#canvas.element.ariaLabel = `Plot of ${names.join(", ")}`;
  }

  /** Releases the lines. */
  close(): void {
    this.#resize.disconnect();
    for (const { layout } of this.#lines) this.#owner.removeLine(layout);
    this.#lines = [];
  }

  #find({ topic, path }: LineLayout): Line | undefined {
    const id = pathText(path);
    return this.#lines.find(({ layout }) => layout.topic === topic && pathText(layout.path) === id);
  }

  /** Gives each line the color of its number. */
  #numberLines(): void {
    this.#lines.forEach(({ chip }, index) => void (chip.dataset.line = String(index + 1)));
    this.#canvas.invalidate();
  }

  #listenToPointer(canvas: HTMLCanvasElement): void {
    canvas.addEventListener("pointermove", ({ offsetX }) => {
      this.#owner.setCursor(this.#canvas.timeAt(offsetX, this.#owner.span));
    });
    canvas.addEventListener("pointerleave", () => this.#owner.setCursor(undefined));
  }

  #listenToKeys(canvas: HTMLCanvasElement): void {
    let ago = 0;
    canvas.addEventListener("keydown", (event) => {
      const { endMs, windowMs } = this.#owner.span;
      const steps: Readonly<Record<string, number>> = { ArrowLeft: 0.02, ArrowRight: -0.02 };
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      ago = Math.min(1, Math.max(0, ago + step));
      this.#owner.setCursor(ago === 0 ? undefined : endMs - ago * windowMs);
    });
    canvas.addEventListener("blur", () => {
      ago = 0;
      this.#owner.setCursor(undefined);
    });
  }

  #offerFields(): void {
    const options: HTMLElement[] = [new Option("+ Field", "")];
    for (const [topic, paths] of this.#owner.choices(this.#lines.map(({ layout }) => layout.topic))) {
      const group = create("optgroup", { label: clip(topic, 80) });
      for (const path of paths) {
        group.append(new Option(clip(pathText(path), 80), JSON.stringify({ topic, path })));
      }
      options.push(group);
    }
    this.#add.replaceChildren(...options);
  }

  #addChosen(): void {
    const { value } = this.#add;
    if (value !== "") this.addLine(JSON.parse(value));
    this.#add.value = "";
  }
}

/** Returns the newest value at or before a time; `NaN` if there is none. */
function valueBefore({ ring }: SampledLine, timeMs: number): number {
  const next = ring.firstFrom(timeMs);
  const position = next < ring.length && ring.timeAt(next) <= timeMs ? next : next - 1;
  return position < 0 ? NaN : ring.valueAt(position);
}
