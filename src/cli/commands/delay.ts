// delay: measures the age of messages.

import type { ReceivedMessage } from "../../client/mod.ts";
import { timeNs } from "../../time_ns.ts";
import { ageRemark } from "../age_remark.ts";
import { type Command, defineCommand } from "../command.ts";
import { durationText } from "../../quantities.ts";
import { type Measure, METER_OPTIONS, reportMeters } from "../meter_report.ts";
import { SlidingWindow } from "../sliding_window.ts";
import { stampOf } from "../stamp.ts";
import type { Meter } from "../topic_meters.ts";
import { ValueReader } from "../value_reader.ts";

/** The source of ages that has no field: the timestamp that the protocol has for each message. */
const MESSAGE = "message";

/** Measures the ages of messages, in ms, by the timestamps of the protocol and by a field of the messages. */
class AgeMeter implements Meter {
  readonly ages: Map<string, SlidingWindow> = new Map();
  readonly #windowMs: number;
  readonly #reader: ValueReader;

  constructor(windowMs: number, reader: ValueReader) {
    this.#windowMs = windowMs;
    this.#reader = reader;
  }

  add(message: ReceivedMessage, at: number): void {
    const now = timeNs();
    this.#add(MESSAGE, now - message.timestamp, at);
    const read = this.#reader.read(message);
    const stamp = "value" in read ? stampOf(read.value) : undefined;
    if (stamp) this.#add(stamp.field, now - stamp.time, at);
  }

  #add(source: string, age: bigint, at: number): void {
    let window = this.ages.get(source);
    if (!window) this.ages.set(source, window = new SlidingWindow(this.#windowMs));
    window.add(Number(age) / 1e6, at);
  }
}

/** Creates what the command measures. */
function createAges(): Measure<AgeMeter> {
  const reader = new ValueReader();
  return {
    header: ["TIME OF", "MEAN", "MIN", "MAX", "STD DEV", "COUNT"],
    textColumns: 1,
    create: (windowMs) => new AgeMeter(windowMs, reader),
    measure(meter, now) {
      return [...meter.ages].map(([source, window]) => {
        const { mean, min, max, stdDev, count } = window.summary(now)!;
        return {
          cells: [source, ...[mean, min, max, stdDev].map(ageText), `${count}`],
          json: { source, meanMs: mean, minMs: min, maxMs: max, stdDevMs: stdDev, messages: count },
        };
      });
    },
    remarks({ topic, meter }, now) {
      return [...meter.ages].flatMap(([source, window]) => {
        const remark = ageRemark(window.summary(now)!);
        const subject = source === MESSAGE ? `the timestamps of "${topic}"` : `the field "${source}" of "${topic}"`;
        return remark ? [{ key: `${topic} ${source} ${remark.kind}`, text: `${subject}: ${remark.text}` }] : [];
      });
    },
  };
}

/** Ages of data that was recorded long ago are not readable in seconds. */
function ageText(ms: number): string {
  const days = ms / 86_400_000;
  return Math.abs(days) >= 1 ? `${days.toFixed(days < 100 ? 1 : 0)} d` : durationText(ms);
}

/** Measures the age of messages. */
export const delay: Command = defineCommand({
  name: "delay",
  summary: "measure the age of messages when they arrive",
  about: "Compares the timestamps of messages with the clock of this machine, and also the field header.stamp or " +
    "timestamp of JSON and protobuf messages. The clocks of both machines must be synchronized. " +
    "--json prints {time, topic, source, meanMs, minMs, maxMs, stdDevMs, messages, dropped} once per second for " +
    "each topic and source, which is message or the name of the field.",
  operands: { usage: "TOPIC…", min: 1, max: Infinity },
  options: METER_OPTIONS,
  examples: [
    ["delay /camera", "shows the age of images until Ctrl-C"],
    ["delay /camera /lidar --window 2", "shows two topics, over the last 2 seconds"],
    ["delay /camera --seconds 5 --json", "measures for 5 seconds"],
  ],
  isEndless: ({ options }) => options.seconds === undefined,
  run: (invocation) => reportMeters(invocation, createAges()),
});
