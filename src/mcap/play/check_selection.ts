// checkSelection(): what files do not have of a selection.

import { nameMatcher, type NamePattern } from "../../name_patterns.ts";
import { didYouMean } from "../../near_name.ts";
import type { McapSelection } from "../reader/mcap_message.ts";
import { spanOf } from "../reader/time_range.ts";
import type { PlayFile } from "./play_files.ts";

/** More topics of the files are only counted. */
const MAX_TOPICS = 3;

/** What files do not have of a selection. */
export interface SelectionCheck {
  /** Why nothing is selected; `undefined` if something may be. */
  readonly reason: string | undefined;
  /** A line for each selected topic that no file has. */
  readonly notes: readonly string[];
}

/** Checks the topics and the times of a selection. Reads only what is known of open files. */
export function checkSelection(
  { topics = [], start, end }: McapSelection,
  files: readonly PlayFile[],
): SelectionCheck {
  const [subject, pronoun] = files.length === 1 ? ["the file has", "it has"] : ["the files have", "they have"];
  const names = [...new Set(files.flatMap(({ reader }) => [...reader.channels.values()].map(({ topic }) => topic)))];
  const missing = topics.filter((topic) => !names.some(nameMatcher([topic])));
  const notes = missing.map((topic) => `${subject} no topic ${nameText(topic)}${adviceOf(topic, names, pronoun)}`);
  if (topics.length > 0 && missing.length === topics.length) return { reason: notes[0], notes };
  return { reason: timeReason(start, end, files, subject), notes };
}

function timeReason(
  start: bigint | undefined,
  end: bigint | undefined,
  files: readonly PlayFile[],
  subject: string,
): string | undefined {
  const span = spanOf(files.flatMap(({ range }) => range ?? []));
  if (!span) return undefined;
  const [from, to] = [span.start, span.end].map((time) => new Date(Number(time / 1_000_000n)).toISOString());
  const text = `${subject} ${Number((Number(span.end - span.start) / 1e9).toFixed(3))} s, from ${from} to ${to}`;
  if (start !== undefined && start > span.end) return `the start is after the last message: ${text}`;
  if (end !== undefined && end <= span.start) return `the end is not after the first message: ${text}`;
  if (start !== undefined && end !== undefined && start >= end) return "the start is not before the end";
  return undefined;
}

function nameText(topic: NamePattern): string {
  return typeof topic === "string" ? `"${topic}"` : `that matches ${topic}`;
}

/** Returns a topic that is probably meant, or some of those that exist. */
function adviceOf(topic: NamePattern, names: readonly string[], pronoun: string): string {
  const near = typeof topic === "string" && !topic.endsWith("*") ? didYouMean(topic, names) : "";
  if (near !== "" || names.length === 0) return near;
  const [first, ...others] = names.slice(0, MAX_TOPICS).map((name) => `"${name}"`);
  const more = names.length - MAX_TOPICS;
  const last = more > 0 ? `${more} more` : others.pop();
  return `; ${pronoun} ${[first, ...others].join(", ")}${last === undefined ? "" : ` and ${last}`}`;
}
