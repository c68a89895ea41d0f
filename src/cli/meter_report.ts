// reportMeters(): prints the measurements of topics once per second, as `hz`, `bw` and `delay` do.

import { timeNs } from "../time_ns.ts";
import type { Invocation, OptionInit } from "./command.ts";
import { Failure, usageError } from "./failure.ts";
import { tableLines } from "./format/table.ts";
import { pause } from "./pause.ts";
import { statusNotes } from "./status_notes.ts";
import { type Meter, type MeterEntry, TopicMeters } from "./topic_meters.ts";
import { TopicPresence } from "./topic_presence.ts";

const REPORT_MS = 1000;
const DEFAULT_WINDOW_S = 10;

/** The type of {@linkcode METER_OPTIONS}. */
export type MeterOptions = Readonly<Record<"window" | "seconds", OptionInit & { readonly type: "number" }>>;

/** The options of commands that measure. */
export const METER_OPTIONS: MeterOptions = {
  window: {
    type: "number",
    value: "SECONDS",
    help: `measure the messages of this time (default: ${DEFAULT_WINDOW_S})`,
  },
  seconds: { type: "number", value: "SECONDS", help: "end after this time (default: at Ctrl-C)" },
};

/** One measurement of a topic: a row for people, and an object for programs. */
export interface Measurement {
  /** The cells after the topic. */
  readonly cells: readonly string[];
  /** The members after the time and the topic. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** What a command measures. */
export interface Measure<M extends Meter> {
  /** The columns after the topic. */
  readonly header: readonly string[];
  /** How many of these columns are text instead of numbers. Default: 0. */
  readonly textColumns?: number;
  /** Creates the meter of a topic. */
  create(windowMs: number): M;
  /** Returns the measurements of a topic at a time of `performance.now()`. Empty before the first message. */
  measure(meter: M, now: number): readonly Measurement[];
  /** Returns the cells of a row below several topics. */
  total?(meters: readonly M[], now: number): readonly string[];
  /** Returns what is unusual. Each text is printed once for each `key`. */
  remarks?(entry: MeterEntry<M>, now: number): readonly { readonly key: string; readonly text: string }[];
}

/** Measures the topics that the user has named, or all, and prints a report once per second. */
export async function reportMeters<M extends Meter>(
  invocation: Invocation<MeterOptions>,
  measure: Measure<M>,
): Promise<void> {
  const { operands, options, output, signal } = invocation;
  const { window = DEFAULT_WINDOW_S, seconds = Infinity } = options;
  if (!(window > 0)) throw usageError("--window must be greater than 0");
  if (!(seconds > 0)) throw usageError("--seconds must be greater than 0");
  const client = await invocation.connect({ listener: statusNotes(output) });
  using meters = new TopicMeters(client, [...new Set(operands)], () => measure.create(window * 1000));
  const presence = new TopicPresence(client, operands, { reportsSilence: false });
  const report = new Report(invocation, measure);
  const end = performance.now() + seconds * 1000;
  while (true) {
    const rest = end - performance.now();
    await Promise.race([pause(Math.min(REPORT_MS, Math.max(0, rest)), signal), client.closed]);
    if (client.state.type === "closed") throw client.state.error ?? new Failure("the connection was closed");
    presence.check().forEach((text) => output.note(text));
    report.print(meters.entries());
    if (rest <= REPORT_MS) return;
  }
}

/** Prints the reports of a command. */
class Report<M extends Meter> {
  readonly #invocation: Invocation<MeterOptions>;
  readonly #measure: Measure<M>;
  readonly #noted = new Set<string>();

  constructor(invocation: Invocation<MeterOptions>, measure: Measure<M>) {
    this.#invocation = invocation;
    this.#measure = measure;
  }

  print(entries: readonly MeterEntry<M>[]): void {
    const { isJson, output } = this.#invocation;
    const now = performance.now();
    for (const entry of entries) this.#noteRemarks(entry, now);
    if (isJson) this.#printJson(entries, now);
    else if (output.isTerminal) output.refresh(this.#table(entries, now));
    else for (const line of this.#lines(entries, now)) output.line(line);
  }

  #noteRemarks(entry: MeterEntry<M>, now: number): void {
    const { output } = this.#invocation;
    for (const { key, text } of this.#measure.remarks?.(entry, now) ?? []) {
      if (!this.#noted.has(key)) output.note(text);
      this.#noted.add(key);
    }
  }

  #printJson(entries: readonly MeterEntry<M>[], now: number): void {
    const time = timeNs();
    for (const { topic, meter, dropped } of entries) {
      const measurements = this.#measure.measure(meter, now);
      const objects = measurements.length > 0 ? measurements.map(({ json }) => json) : [{ messages: 0 }];
      for (const json of objects) this.#invocation.output.json({ time, topic, ...json, dropped });
    }
  }

  /** A line for each topic, which names its numbers. */
  #lines(entries: readonly MeterEntry<M>[], now: number): string[] {
    const names = this.#measure.header.map((name) => name.toLowerCase());
    return entries.flatMap(({ topic, meter, dropped }) => {
      const measurements = this.#measure.measure(meter, now);
      if (measurements.length === 0) return [`${topic}  no messages`];
      const end = dropped > 0 ? [`dropped ${dropped}`] : [];
      return measurements.map(({ cells }) =>
        [topic, ...cells.map((cell, index) => `${names[index]} ${cell}`), ...end].join("  ")
      );
    });
  }

  #table(entries: readonly MeterEntry<M>[], now: number): string[] {
    const { output } = this.#invocation;
    const { header, textColumns = 0, measure, total } = this.#measure;
    if (entries.length === 0) return ["The server has no topics"];
    const hasDropped = entries.some(({ dropped }) => dropped > 0);
    const rows = entries.flatMap(({ topic, meter, dropped }) => {
      const measurements = measure(meter, now);
      if (measurements.length === 0) return [[topic, ...header.map(() => "-")]];
      return measurements.map((
        { cells },
        index,
      ) => [index === 0 ? topic : "", ...cells, ...(hasDropped ? [`${dropped}`] : [])]);
    });
    if (total && entries.length > 1) rows.push(["total", ...total(entries.map(({ meter }) => meter), now)]);
    return tableLines({
      header: ["TOPIC", ...header, ...(hasDropped ? ["DROPPED"] : [])],
      rows,
      right: Array.from({ length: header.length + 1 - textColumns }, (_, index) => index + 1 + textColumns),
      columns: output.columns,
      styleHeader: (text) => output.style("bold", text),
    });
  }
}
