// RecordingReport: what `record` prints while it records.

import type { ClientRecording, McapRecorderStats } from "../mcap/mod.ts";
import { timeNs } from "../time_ns.ts";
import { bytesText, countText, elapsedText, significant } from "../quantities.ts";
import { tableLines } from "./format/table.ts";
import type { Output } from "./output.ts";
import { RecentRates, type TrafficCounts } from "./recent_rates.ts";

/** How often a line is printed if the output is not a terminal, in ms. */
const LINE_MS = 10_000;

/** What a report says. */
export interface RecordingReportOptions {
  readonly isJson: boolean;
  /** Whether the user has named topics; otherwise all are recorded. */
  readonly namesTopics: boolean;
}

/** Prints a table on a terminal, and lines or JSON otherwise. */
export class RecordingReport {
  readonly #recording: Pick<ClientRecording, "stats" | "paths">;
  readonly #output: Output;
  readonly #isJson: boolean;
  readonly #namesTopics: boolean;
  readonly #startedAt = performance.now();
  readonly #rates: RecentRates<McapRecorderStats>;
  #lineAt: number;

  /** Prints the start of the recording. */
  constructor(
    recording: Pick<ClientRecording, "stats" | "paths">,
    output: Output,
    { isJson, namesTopics }: RecordingReportOptions,
  ) {
    this.#recording = recording;
    this.#output = output;
    this.#isJson = isJson;
    this.#namesTopics = namesTopics;
    this.#rates = new RecentRates(recording.stats, this.#startedAt);
    this.#lineAt = this.#startedAt;
    if (!isJson && !output.isTerminal) output.line(`Recording to ${recording.paths.join(", ")}; Ctrl-C ends it`);
  }

  /** Must be called once per second. */
  print(): void {
    const now = performance.now();
    this.#rates.add(this.#recording.stats, now);
    if (this.#isJson) return this.#output.json(this.#json(now, false));
    if (this.#output.isTerminal) return this.#output.refresh(this.#table(now));
    if (now - this.#lineAt < LINE_MS) return;
    this.#lineAt = now;
    this.#output.line(this.#summary(now));
  }

  /** Prints the end, when all files are complete. */
  printEnd(): void {
    const now = performance.now();
    if (this.#isJson) return this.#output.json(this.#json(now, true));
    this.#output.line(`${this.place}: ${this.content}`);
  }

  /** The files, such as `drive.mcap`. */
  get place(): string {
    const { paths } = this.#recording;
    return paths.length > 1 ? `${paths.length} files, ${paths[0]} to ${paths.at(-1)}` : paths[0] ?? "";
  }

  /** What the files have, such as `12 messages of 2 topics, 1.5 KiB`, and what was removed. */
  get content(): string {
    return this.#content([]);
  }

  /** `more`: other facts about the files that exist. */
  #content(more: readonly string[]): string {
    const { messages, drops, fileBytes, topics, removedFiles, removedMessages } = this.#recording.stats;
    const recorded = [...topics.values()].filter((topic) => topic.messages > 0).length;
    // Removed files may have had all messages of a topic.
    const ofTopics = removedFiles > 0 ? "" : ` of ${countText(recorded, "topic")}`;
    const facts = [
      `${countText(messages - removedMessages, "message")}${ofTopics}`,
      bytesText(fileBytes),
      ...(drops > 0 ? [`${countText(drops, "message")} dropped`] : []),
      ...more,
    ].join(", ");
    if (removedFiles === 0) return facts;
    return `${facts}; ${countText(removedMessages, "message")} in ${countText(removedFiles, "removed file")}`;
  }

  #table(now: number): string[] {
    const { topics, drops } = this.#recording.stats;
    const hasDrops = drops > 0;
    const rows = sorted(topics).map(([topic, counts]) => {
      const { hz, bytesPerSecond } = this.#rates.of(counts, now, (stats) => stats.topics.get(topic));
      const cells = [significant(hz), bytesText(bytesPerSecond), `${counts.messages}`, bytesText(counts.bytes)];
      return [topic, ...cells, ...(hasDrops ? [`${counts.drops}`] : [])];
    });
    const missing = this.#namesTopics ? "The server has no such topics" : "The server has no topics to record yet";
    const table = rows.length === 0 ? [missing] : tableLines({
      header: ["TOPIC", "HZ", "PER SECOND", "MESSAGES", "SIZE", ...(hasDrops ? ["DROPPED"] : [])],
      rows,
      right: [1, 2, 3, 4, 5],
      columns: this.#output.columns,
      styleHeader: (text) => this.#output.style("bold", text),
    });
    return [this.#summary(now), `${this.#recording.paths.at(-1) ?? ""}  Ctrl-C ends the recording`, ...table];
  }

  #summary(now: number): string {
    const { hz } = this.#rates.of(totalOf(this.#recording.stats), now, totalOf);
    return `${elapsedText(now - this.#startedAt)}  ${this.#content([`${significant(hz)} Hz`])}`;
  }

  #json(now: number, isComplete: boolean): object {
    const { stats, paths } = this.#recording;
    const { messages, messageBytes, drops, fileBytes, removedFiles, removedMessages, topics } = stats;
    return {
      time: timeNs(),
      paths,
      isComplete,
      messages,
      bytes: messageBytes,
      dropped: drops,
      fileBytes,
      removedFiles,
      removedMessages,
      topics: sorted(topics).map(([topic, counts]) => ({
        topic,
        messages: counts.messages,
        bytes: counts.bytes,
        dropped: counts.drops,
        ...this.#rates.of(counts, now, (each) => each.topics.get(topic)),
      })),
    };
  }
}

function totalOf({ messages, messageBytes }: McapRecorderStats): TrafficCounts {
  return { messages, bytes: messageBytes };
}

function sorted<T>(topics: ReadonlyMap<string, T>): [string, T][] {
  return [...topics].toSorted(([one], [other]) => one < other ? -1 : 1);
}
