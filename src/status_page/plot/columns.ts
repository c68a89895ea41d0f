// Columns: the samples of a line, reduced to a few values for each pixel column.

import type { SampleRing } from "./sample_ring.ts";

/** The part of time that a plot shows. */
export interface TimeSpan {
  /** The time at the left edge, in ms. */
  readonly startMs: number;
  /** The milliseconds in one column. */
  readonly columnMs: number;
  /** The number of columns. */
  readonly columns: number;
}

/** Strokes through more samples for each column are slow. */
const DENSE_SAMPLES = 4;

/** What one line looks like in each column. */
export class Columns {
  /** The first, lowest, highest and last value of each column; `NaN` without samples. */
  first: Float64Array = new Float64Array(0);
  low: Float64Array = new Float64Array(0);
  high: Float64Array = new Float64Array(0);
  last: Float64Array = new Float64Array(0);
  /** 1 for columns in which the line is interrupted before the first value. */
  gap: Uint8Array = new Uint8Array(0);
  /** The lowest and highest value of all columns; `Infinity` and `-Infinity` without samples. */
  min: number = Infinity;
  max: number = -Infinity;

  /** Whether there are so many samples that the line looks like an area. */
  get isDense(): boolean {
    return this.#samples > this.first.length * DENSE_SAMPLES;
  }

  #samples = 0;

  /** Reads the samples of a time span, and the last one before it, which counts for the first column. */
  read(ring: SampleRing, { startMs, columnMs, columns }: TimeSpan): void {
    this.#clear(columns);
    let isGap = true;
    const end = startMs + columnMs * columns;
    // The sample before the span continues the line to the left edge.
    for (let at = Math.max(0, ring.firstFrom(startMs) - 1); at < ring.length; at++) {
      const timeMs = ring.timeAt(at);
      if (timeMs >= end) break;
      const value = ring.valueAt(at);
      if (!Number.isFinite(value)) {
        isGap = true;
        continue;
      }
      const column = Math.max(0, Math.floor((timeMs - startMs) / columnMs));
      this.#add(column, value, isGap);
      isGap = false;
    }
  }

  #add(column: number, value: number, isGap: boolean): void {
    if (Number.isNaN(this.first[column])) {
      this.first[column] = this.low[column] = this.high[column] = value;
      if (isGap) this.gap[column] = 1;
    } else {
      if (value < this.low[column]!) this.low[column] = value;
      if (value > this.high[column]!) this.high[column] = value;
    }
    this.last[column] = value;
    this.#samples += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  #clear(columns: number): void {
    if (this.first.length !== columns) {
      this.first = new Float64Array(columns);
      this.low = new Float64Array(columns);
      this.high = new Float64Array(columns);
      this.last = new Float64Array(columns);
      this.gap = new Uint8Array(columns);
    }
    for (const values of [this.first, this.low, this.high, this.last]) values.fill(NaN);
    this.gap.fill(0);
    [this.min, this.max] = [Infinity, -Infinity];
    this.#samples = 0;
  }
}
