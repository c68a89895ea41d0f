// PlotCanvas: draws lines over time on a canvas.

import { Columns, type TimeSpan } from "./columns.ts";
import { type Box, drawTimes, drawValues, scaleOf } from "./plot_axes.ts";
import type { PlotColors } from "./plot_colors.ts";
import type { SampleRing } from "./sample_ring.ts";
import { type ValueRange, valueRange } from "./scale.ts";

const MARGIN = { top: 8, right: 10, bottom: 20, left: 52 };
const LINE_WIDTH = 1.5;
const FONT = "11px system-ui, sans-serif";

/** What is drawn. */
export interface PlotPicture {
  readonly rings: readonly SampleRing[];
  readonly colors: PlotColors;
  /** The time at the right edge, on the clock of `performance.now()`. */
  readonly endMs: number;
  readonly windowMs: number;
  /** The time of the cursor, if it is on a plot. */
  readonly cursorMs: number | undefined;
}

/** Draws each line with at most four points for each pixel column, so the cost does not grow with the rate. */
export class PlotCanvas {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #columns: Columns[] = [];
  #width = 0;
  #height = 0;
  #drawn = "";

  constructor(element: HTMLCanvasElement) {
    this.element = element;
    this.#context = element.getContext("2d", { alpha: false })!;
  }

  /** Sets the size, in CSS pixels. */
  resize(width: number, height: number): void {
    this.#width = Math.floor(width);
    this.#height = Math.floor(height);
    this.#drawn = "";
  }

  /** Returns the time at a distance from the left edge of the canvas, or `undefined` outside of the plot. */
  timeAt(x: number, { endMs, windowMs }: Pick<PlotPicture, "endMs" | "windowMs">): number | undefined {
    const { left, right } = this.#box;
    if (x < left || x > right) return undefined;
    return endMs - windowMs * (right - x) / (right - left);
  }

  /** Draws, unless the picture would be the same. */
  draw(picture: PlotPicture): void {
    const { endMs, windowMs, rings, cursorMs } = picture;
    const box = this.#box;
    const columns = box.right - box.left;
    if (columns < 20 || this.#height < 40) return;
    const columnMs = windowMs / columns;
    // Columns begin at fixed times, or their minima and maxima would flicker.
    const endColumn = Math.floor(endMs / columnMs);
    const state = [endColumn, columnMs, cursorMs, rings.length, picture.colors.background].join();
    if (state === this.#drawn) return;
    this.#drawn = state;
    const span: TimeSpan = { startMs: (endColumn - columns + 1) * columnMs, columnMs, columns };
    const range = this.#read(rings, span);
    this.#begin(picture.colors);
    const context = this.#context;
    drawValues(context, box, range, picture.colors);
    drawTimes(context, box, windowMs, picture.colors);
    context.lineWidth = LINE_WIDTH;
    rings.forEach((_, index) => {
      const color = picture.colors.lines[index % picture.colors.lines.length] ?? "";
      context.strokeStyle = context.fillStyle = color;
      const columns = this.#columns[index]!;
      if (columns.isDense) this.#drawBars(columns, box, range);
      else this.#drawLine(columns, box, range);
    });
    if (cursorMs !== undefined) this.#drawCursor(cursorMs, box, span, picture.colors);
  }

  /** Draws again, for example after a change of the lines. */
  invalidate(): void {
    this.#drawn = "";
  }

  get #box(): Box {
    return {
      left: MARGIN.left,
      right: Math.max(MARGIN.left, this.#width - MARGIN.right),
      top: MARGIN.top,
      bottom: this.#height - MARGIN.bottom,
    };
  }

  #read(rings: readonly SampleRing[], span: TimeSpan): ValueRange {
    let [min, max] = [Infinity, -Infinity];
    rings.forEach((ring, index) => {
      const columns = this.#columns[index] ??= new Columns();
      columns.read(ring, span);
      min = Math.min(min, columns.min);
      max = Math.max(max, columns.max);
    });
    return valueRange(min, max, this.#height > 200 ? 5 : 3);
  }

  #begin({ background }: PlotColors): void {
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(this.#width * ratio), Math.round(this.#height * ratio)];
    // Setting the size clears the canvas and is expensive.
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.fillStyle = background;
    this.#context.fillRect(0, 0, this.#width, this.#height);
    this.#context.font = FONT;
  }

  /** Draws a line through few samples. */
  #drawLine({ first, low, high, last, gap }: Columns, box: Box, range: ValueRange): void {
    const context = this.#context;
    const yAt = scaleOf(box, range);
    context.beginPath();
    for (let column = 0; column < first.length; column++) {
      const value = first[column]!;
      if (Number.isNaN(value)) continue;
      const x = box.left + column + 0.5;
      if (gap[column] === 1) {
        context.moveTo(x, yAt(value));
        // A single sample is a dot.
        context.lineTo(x + 0.5, yAt(value));
      } else {
        context.lineTo(x, yAt(value));
      }
      if (low[column]! < high[column]!) {
        context.lineTo(x, yAt(low[column]!));
        context.lineTo(x, yAt(high[column]!));
        context.lineTo(x, yAt(last[column]!));
      }
    }
    context.stroke();
  }

  /** Draws a bar for each column. Strokes of so many samples take most of the time of a frame, and look the same. */
  #drawBars({ first, low, high, last, gap }: Columns, box: Box, range: ValueRange): void {
    const context = this.#context;
    const yAt = scaleOf(box, range);
    let previous = NaN;
    for (let column = 0; column < first.length; column++) {
      if (Number.isNaN(first[column])) continue;
      // The bar reaches to the end of the previous one, so that the line has no holes.
      const isJoined = gap[column] !== 1 && !Number.isNaN(previous);
      const top = yAt(isJoined ? Math.max(high[column]!, previous) : high[column]!);
      const bottom = yAt(isJoined ? Math.min(low[column]!, previous) : low[column]!);
      previous = last[column]!;
      const height = Math.max(LINE_WIDTH, bottom - top);
      context.fillRect(box.left + column, (top + bottom - height) / 2, 1, height);
    }
  }

  #drawCursor(cursorMs: number, box: Box, { startMs, columnMs, columns }: TimeSpan, { cursor }: PlotColors): void {
    const x = Math.round((cursorMs - startMs) / columnMs);
    if (x < 0 || x > columns) return;
    this.#context.fillStyle = cursor;
    this.#context.fillRect(box.left + x, box.top, 1, box.bottom - box.top);
  }
}
