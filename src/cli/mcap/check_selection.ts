// checkSelection(): rejects a selection that selects nothing in files.

import type { McapSelection } from "../../mcap/mod.ts";
import type { PlayFile } from "../../mcap/play/play_files.ts";
import { spanOf } from "../../mcap/reader/time_range.ts";
import { nameMatcher } from "../../name_patterns.ts";
import { didYouMean } from "../../near_name.ts";
import { Failure, usageError } from "../failure.ts";
import { timeText } from "../format/times.ts";
import type { Output } from "../output.ts";

/**
 * Throws a `Failure` if no file has one of the topics, or messages of the time. If some topics are missing, prints
 * notes.
 */
export function checkSelection(
  { topics = [], start, end }: McapSelection,
  files: readonly PlayFile[],
  output: Output,
): void {
  const names = [...new Set(files.flatMap(({ reader }) => [...reader.channels.values()].map(({ topic }) => topic)))];
  const missing = topics.filter((topic) => !names.some(nameMatcher([topic])));
  const notes = missing.map((topic) => `${placeOf(files)} no topic "${topic}"${adviceOf(String(topic), names, files)}`);
  const [first] = notes;
  if (first !== undefined && missing.length === topics.length) throw new Failure(first);
  for (const note of notes) output.note(note);
  const span = spanOf(files.flatMap(({ range }) => range ?? []));
  if (!span) return;
  const text = `${secondsText(span.end - span.start)}, from ${timeText(span.start)} to ${timeText(span.end)}`;
  if (start !== undefined && start > span.end) throw usageError(`--start is after the end: ${placeOf(files)} ${text}`);
  if (end !== undefined && end <= span.start) {
    throw usageError(`--end is at or before the start: ${placeOf(files)} ${text}`);
  }
}

function placeOf(files: readonly PlayFile[]): string {
  return files.length === 1 ? "the file has" : "the files have";
}

function adviceOf(topic: string, names: readonly string[], files: readonly PlayFile[]): string {
  return didYouMean(topic, names) || `; "foxglove-ws mcap info ${files[0]?.name}" lists them`;
}

function secondsText(ns: bigint): string {
  return `${Number((Number(ns) / 1e9).toFixed(3))} s`;
}
