// hz: measures the rates of topics.

import { type Command, defineCommand } from "../command.ts";
import { durationText, significant } from "../../quantities.ts";
import { type Measure, type Measurement, METER_OPTIONS, reportMeters } from "../meter_report.ts";
import { SlidingWindow } from "../sliding_window.ts";
import type { Meter } from "../topic_meters.ts";

/** Measures the times between messages, in ms. */
class IntervalMeter implements Meter {
  readonly intervals: SlidingWindow;
  lastAt: number | undefined;

  constructor(windowMs: number) {
    this.intervals = new SlidingWindow(windowMs);
  }

  add(_message: unknown, at: number): void {
    if (this.lastAt !== undefined) this.intervals.add(at - this.lastAt, at);
    this.lastAt = at;
  }
}

const RATES: Measure<IntervalMeter> = {
  header: ["HZ", "MEAN", "MIN", "MAX", "STD DEV", "COUNT"],
  create: (windowMs) => new IntervalMeter(windowMs),
  measure(meter, now) {
    const { lastAt, intervals } = meter;
    if (lastAt === undefined) return [];
    const summary = intervals.summary(now);
    if (!summary) return [{ cells: ["-", "-", "-", "-", "-", "1"], json: { messages: 1 } }];
    const { count, sum, mean, min, max, stdDev } = summary;
    // A silence that is longer than all intervals lowers the rate, so that a topic that stops does not keep its rate.
    const silence = now - lastAt;
    const hz = count * 1000 / (silence > max ? sum + silence : sum);
    return [
      {
        cells: [significant(hz), ...[mean, min, max, stdDev].map(durationText), `${count + 1}`],
        json: { hz, meanMs: mean, minMs: min, maxMs: max, stdDevMs: stdDev, messages: count + 1 },
      } satisfies Measurement,
    ];
  },
};

/** Measures the rates of topics. */
export const hz: Command = defineCommand({
  name: "hz",
  summary: "measure the rates of topics",
  about: "MEAN, MIN, MAX and STD DEV describe the time between two messages, as they arrive at this machine. " +
    "Without topics, it measures all topics of the server, and so subscribes to all. " +
    "--json prints {time, topic, hz, meanMs, minMs, maxMs, stdDevMs, messages, dropped} once per second and topic.",
  operands: { usage: "[TOPIC…]", min: 0, max: Infinity },
  options: METER_OPTIONS,
  examples: [
    ["hz", "shows the rates of all topics until Ctrl-C"],
    ["hz /imu /odom --window 2", "shows two topics, over the last 2 seconds"],
    ["hz /imu --seconds 5 --json | tail -1", "measures for 5 seconds"],
  ],
  isEndless: ({ options }) => options.seconds === undefined,
  run: (invocation) => reportMeters(invocation, RATES),
});
