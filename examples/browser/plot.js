// Plot: a line over time, on a canvas.

/** How far back it reaches. */
export const WINDOW_MS = 15_000;

const MARGIN = { top: 16, right: 8, bottom: 24, left: 56 };
/** About so many parts are between the lines across. */
const PARTS = 4;
const LABEL_EVERY_SECONDS = 5;

/** @typedef {readonly [timeMs: number, value: number]} Point A value that is NaN interrupts the line. */

export class Plot {
  /** @type {HTMLCanvasElement} */
  #canvas;

  /** @param {HTMLCanvasElement} canvas Its `color` is that of the text, its `accent-color` that of the line. */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /**
   * Draws these, the newest of which is on the right.
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
   * An empty canvas, in whose context lengths are CSS pixels.
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

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box Where the line may be. */
/** @typedef {{ low: number, high: number, step: number }} Range Of values, with a round step between lines across. */

/** @type {(context: CanvasRenderingContext2D, box: Box, range: Range) => void} */
function drawValues(context, box, { low, high, step }) {
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  for (let index = Math.round(low / step); index <= Math.round(high / step); index++) {
    const value = index * step;
    const y = yOf(value, box, { low, high });
    context.globalAlpha = 0.25;
    // Between two pixels a thin line would be two pale ones.
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
 * A range of round numbers around what is to be seen.
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
