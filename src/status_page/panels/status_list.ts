// StatusList: the statuses to show, the most severe first.

import type { Status } from "../../client/mod.ts";
import { clip } from "../clip.ts";

/** The levels, as text. The index is the level of a status. */
export const STATUS_LEVELS = ["info", "warning", "error"] as const;
/** A level of a status, as text. */
export type StatusLevelName = (typeof STATUS_LEVELS)[number];

/** A status, as the panel shows it. */
export interface StatusEntry {
  /** The severity. */
  readonly level: StatusLevelName;
  /** The message, cut. */
  readonly text: string;
  /** How often the server has sent it. */
  readonly count: number;
  /** When the server has sent it last, in ms since the Unix epoch. */
  readonly timeMs: number;
}

/** Servers may send any number of statuses without an id, which have no end. */
const MAX_ENTRIES = 100;
const MAX_TEXT = 1000;

/** Collects statuses: those with an id until they are removed, and the newest ones of the others. */
export class StatusList {
  /** By id, or by level and text if there is no id. The newest is the last. */
  readonly #entries = new Map<string, StatusEntry>();

  /** The number of statuses. */
  get size(): number {
    return this.#entries.size;
  }

  /** Returns the number of statuses of a level. */
  count(level: StatusLevelName): number {
    return [...this.#entries.values()].filter((entry) => entry.level === level).length;
  }

  /** Adds a status, or replaces the earlier one with the same id or text. */
  add({ id, level, message }: Status, timeMs: number): void {
    const text = clip(message, MAX_TEXT);
    const key = id === undefined ? `text:${level}:${text}` : `id:${id}`;
    const previous = this.#entries.get(key);
    const count = previous && id === undefined ? previous.count + 1 : 1;
    this.#entries.delete(key);
    this.#entries.set(key, { level: STATUS_LEVELS[level] ?? "info", text, count, timeMs });
    if (this.#entries.size <= MAX_ENTRIES) return;
    // Statuses with an id report the current state of the server, so they stay longer.
    const keys = [...this.#entries.keys()];
    this.#entries.delete(keys.find((each) => each.startsWith("text:")) ?? keys[0]!);
  }

  /** Removes the statuses with these ids. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.#entries.delete(`id:${id}`);
  }

  /** Removes the statuses with an id, because a new connection gets those that are still valid. */
  removeIdentified(): void {
    for (const key of this.#entries.keys()) {
      if (key.startsWith("id:")) this.#entries.delete(key);
    }
  }

  /** Removes all statuses. */
  clear(): void {
    this.#entries.clear();
  }

  /** Returns the statuses: errors first, and within a level the newest first. */
  sorted(): StatusEntry[] {
    const severity = ({ level }: StatusEntry) => STATUS_LEVELS.indexOf(level);
    return [...this.#entries.values()].reverse().sort((a, b) => severity(b) - severity(a));
  }
}
