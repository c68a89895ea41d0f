// drawValues(), drawTimes(): the axes of a plot.

import type { PlotColors } from "./plot_colors.ts";
import { gridLabels, gridValues, timeStep, type ValueRange } from "./scale.ts";

/** The area of the lines on a canvas, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws horizontal lines, and their values on the left. */
export function drawValues(
  context: CanvasRenderingContext2D,
  box: Box,
  range: ValueRange,
  { grid, text }: PlotColors,
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  const values = gridValues(range);
  const labels = gridLabels(values, range);
  const yAt = scaleOf(box, range);
  for (const [index, value] of values.entries()) {
    const y = Math.round(yAt(value));
    context.fillStyle = grid;
    context.fillRect(box.left, y, box.right - box.left, 1);
    context.fillStyle = text;
    context.fillText(labels[index] ?? "", box.left - 6, y);
  }
}

/** Draws the times below the lines. */
export function drawTimes(
  context: CanvasRenderingContext2D,
  box: Box,
  windowMs: number,
  { text }: PlotColors,
): void {
  const seconds = windowMs / 1000;
  const step = timeStep(seconds, Math.max(1, Math.floor((box.right - box.left) / 90)));
  context.textBaseline = "top";
  context.fillStyle = text;
  for (let ago = 0; ago <= seconds; ago += step) {
    const x = box.right - ago / seconds * (box.right - box.left);
    // A centred label at the left edge would touch the lowest value.
    context.textAlign = ago === 0 ? "right" : ago === seconds ? "left" : "center";
    const label = ago === 0 ? "now" : seconds > 120 ? `−${ago / 60} min` : `−${ago} s`;
    context.fillText(label, ago === 0 ? box.right + 4 : x, box.bottom + 5);
  }
}

/** Returns a function that converts values to distances from the upper edge. */
export function scaleOf({ top, bottom }: Box, { low, high }: ValueRange): (value: number) => number {
  const scale = (bottom - top) / (high - low);
  return (value) => bottom - (value - low) * scale;
}
