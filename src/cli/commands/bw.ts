// bw: measures the bandwidth of topics.

import type { ReceivedMessage } from "../../client/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { bytesText, significant } from "../../quantities.ts";
import { type Measure, METER_OPTIONS, reportMeters } from "../meter_report.ts";
import { SlidingWindow, type Summary } from "../sliding_window.ts";
import type { Meter } from "../topic_meters.ts";

/** Measures the sizes of payloads. */
class SizeMeter implements Meter {
  readonly #sizes: SlidingWindow;
  readonly #windowMs: number;
  readonly #startedAt = performance.now();
  #lastAt = -Infinity;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#sizes = new SlidingWindow(windowMs);
  }

  add({ payload }: ReceivedMessage, at: number): void {
    this.#sizes.add(payload.byteLength, at);
    this.#lastAt = at;
  }

  /** Returns the sizes and the rates, or `undefined` before the first message. */
  summary(now: number): Summary & { hz: number; bytesPerSecond: number } | undefined {
    const summary = this.#sizes.summary(now);
    if (!summary) return undefined;
    // The window keeps the newest message, which may be too old for the rates.
    if (now - this.#lastAt > this.#windowMs) return { ...summary, hz: 0, bytesPerSecond: 0 };
    const seconds = Math.min(this.#windowMs, now - this.#startedAt) / 1000;
    return { ...summary, hz: summary.count / seconds, bytesPerSecond: summary.sum / seconds };
  }
}

const BANDWIDTHS: Measure<SizeMeter> = {
  header: ["PER SECOND", "HZ", "MEAN", "MIN", "MAX", "COUNT"],
  create: (windowMs) => new SizeMeter(windowMs),
  measure(meter, now) {
    const summary = meter.summary(now);
    if (!summary) return [];
    const { bytesPerSecond, hz, mean, min, max, count } = summary;
    return [{
      cells: [bytesText(bytesPerSecond), significant(hz), ...[mean, min, max].map(bytesText), `${count}`],
      json: { bytesPerSecond, hz, meanBytes: mean, minBytes: min, maxBytes: max, messages: count },
    }];
  },
  total(meters, now) {
    const sum = (name: "bytesPerSecond" | "hz") =>
      meters.reduce((total, meter) => total + (meter.summary(now)?.[name] ?? 0), 0);
    return [bytesText(sum("bytesPerSecond")), significant(sum("hz"))];
  },
};

/** Measures the bandwidth of topics. */
export const bw: Command = defineCommand({
  name: "bw",
  summary: "measure the bandwidth of topics",
  about: "MEAN, MIN and MAX are sizes of payloads. Headers of the network are not included. " +
    "Without topics, it measures all topics of the server, and so subscribes to all. " +
    "--json prints {time, topic, bytesPerSecond, hz, meanBytes, minBytes, maxBytes, messages, dropped} " +
    "once per second and topic.",
  operands: { usage: "[TOPIC…]", min: 0, max: Infinity },
  options: METER_OPTIONS,
  examples: [
    ["bw", "shows the bandwidths of all topics until Ctrl-C"],
    ["bw /camera /lidar", "shows two topics"],
    ["bw --seconds 5 --json", "measures for 5 seconds"],
  ],
  isEndless: ({ options }) => options.seconds === undefined,
  run: (invocation) => reportMeters(invocation, BANDWIDTHS),
});
