// Plot: draws a line over time on a canvas.

/** The time range of the plot, in milliseconds. */
export const WINDOW_MS = 15_000;

const MARGIN = { top: 16, right: 8, bottom: 24, left: 56 };
/** The approximate number of intervals between the horizontal grid lines. */
const PARTS = 4;
const LABEL_EVERY_SECONDS = 5;

/** @typedef {readonly [timeMs: number, value: number]} Point NaN as the value interrupts the line. */

export class Plot {
  /** @type {HTMLCanvasElement} */
  #canvas;

  /** @param {HTMLCanvasElement} canvas The text has its CSS `color`, and the line its `accent-color`. */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /**
   * Draws the points. The newest is at the right edge.
   *
   * @param {readonly Point[]} points
   */
  draw(points) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#begin(width, height);
    const { accentColor, color, font } = getComputedStyle(this.#canvas);
    Object.assign(context, { font, fillStyle: color, strokeStyle: color });
    const values = points.map(([, value]) => value).filter(Number.isFinite);
    if (values.length === 0) {
      context.textAlign = "center";
      context.fillText("Nothing to draw", width / 2, height / 2);
      return;
    }
    const endMs = /** @type {Point} */ (points.at(-1))[0];
    const range = rangeOf(Math.min(...values), Math.max(...values));
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    drawValues(context, box, range);
    drawTimes(context, box);
    Object.assign(context, { strokeStyle: accentColor, lineWidth: 2, lineJoin: "round" });
    drawLine(context, box, range, points.map(([timeMs, value]) => [timeMs - endMs, value]));
  }

  /**
   * Clears the canvas. Returns its context, scaled so that lengths are CSS pixels.
   *
   * @param {number} width
   * @param {number} height
   */
  #begin(width, height) {
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.scale(devicePixelRatio, devicePixelRatio);
    return context;
  }
}

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box The area of the line, in CSS pixels. */
/** @typedef {{ low: number, high: number, step: number }} Range The values, and the distance of the grid lines. */

/** @type {(context: CanvasRenderingContext2D, box: Box, range: Range) => void} */
function drawValues(context, box, { low, high, step }) {
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  for (let index = Math.round(low / step); index <= Math.round(high / step); index++) {
    const value = index * step;
    const y = yOf(value, box, { low, high });
    context.globalAlpha = 0.25;
    // A thin line between two pixels would be drawn as two pale lines.
    context.strokeRect(box.left, Math.round(y) + 0.5, box.right - box.left, 0);
    context.globalAlpha = 1;
    context.fillText(value.toFixed(digits), box.left - 8, y);
  }
}

/** @type {(context: CanvasRenderingContext2D, box: Box) => void} */
function drawTimes(context, box) {
  context.textBaseline = "top";
  for (let seconds = 0; seconds * 1000 <= WINDOW_MS; seconds += LABEL_EVERY_SECONDS) {
    context.textAlign = seconds === 0 ? "right" : "center";
    context.fillText(seconds === 0 ? "now" : `−${seconds} s`, xOf(-seconds * 1000, box), box.bottom + 8);
  }
}

/** @type {(context: CanvasRenderingContext2D, box: Box, range: Range, points: readonly Point[]) => void} */
function drawLine(context, box, range, points) {
  const region = new Path2D();
  region.rect(box.left, 0, box.right - box.left, context.canvas.height);
  context.clip(region);
  context.beginPath();
  let isDown = false;
  for (const [timeMs, value] of points) {
    const [x, y] = [xOf(timeMs, box), yOf(value, box, range)];
    if (isDown) context.lineTo(x, y);
    else context.moveTo(x, y);
    isDown = Number.isFinite(value);
  }
  context.stroke();
}

/** @type {(timeMs: number, box: Box) => number} */
function xOf(timeMs, { left, right }) {
  return right + timeMs / WINDOW_MS * (right - left);
}

/** @type {(value: number, box: Box, range: Pick<Range, "low" | "high">) => number} */
function yOf(value, { top, bottom }, { low, high }) {
  return bottom - (value - low) / (high - low) * (bottom - top);
}

/**
 * Returns a range between round numbers that contains both values.
 *
 * @type {(min: number, max: number) => Range}
 */
function rangeOf(min, max) {
  const rough = (max - min || Math.abs(max) || 1) / PARTS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (rough > 5 * power ? 10 : rough > 2 * power ? 5 : rough > power ? 2 : 1) * power;
  const [low, high] = [Math.floor(min / step) * step, Math.ceil(max / step) * step];
  return high > low ? { low, high, step } : { low: low - step, high: high + step, step };
}
