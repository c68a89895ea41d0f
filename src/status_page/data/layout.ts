// Layout: what the user has opened, as text that survives a reload of the page.

import type { Path } from "./numbers_in.ts";

/** One line of a plot. */
export interface LineLayout {
  readonly topic: string;
  readonly path: Path;
}

/** What the user has opened. */
export interface Layout {
  /** The topics whose messages are shown. */
  topics: string[];
  /** The lines of each plot. */
  plots: LineLayout[][];
  /** The time range of the plots, in seconds. */
  windowSeconds: number;
  /** Which sections the user has opened or closed, by their ids. */
  sections: Record<string, boolean>;
}

/** The time ranges that the user can choose, in seconds. */
export const WINDOWS_SECONDS: readonly number[] = [5, 15, 60, 300];
const DEFAULT_WINDOW_SECONDS = 15;
/** More plots are not drawn, because each costs time in every frame. */
export const MAX_PLOTS = 12;
/** More lines have no colour of their own. */
export const MAX_LINES = 6;
const MAX_TOPICS = 50;

/** Returns the layout of a new page. */
export function emptyLayout(): Layout {
  return { topics: [], plots: [], windowSeconds: DEFAULT_WINDOW_SECONDS, sections: {} };
}

/** Reads a stored layout. Returns `undefined` if the text is not one. */
export function parseLayout(text: string | null): Layout | undefined {
  if (text === null) return undefined;
  try {
    const { topics, plots, windowSeconds, sections } = JSON.parse(text);
    if (!Array.isArray(topics) || !topics.every((topic) => typeof topic === "string")) return undefined;
    if (!Array.isArray(plots) || !plots.every((lines) => Array.isArray(lines) && lines.every(isLine))) return undefined;
    return {
      topics: topics.slice(0, MAX_TOPICS),
      plots: plots.slice(0, MAX_PLOTS).map((lines) => lines.slice(0, MAX_LINES)),
      windowSeconds: WINDOWS_SECONDS.includes(windowSeconds) ? windowSeconds : DEFAULT_WINDOW_SECONDS,
      sections: Object.fromEntries(Object.entries(sections ?? {}).map(([id, isOpen]) => [id, isOpen === true])),
    };
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is LineLayout {
  const { topic, path } = Object(value);
  const isPart = (part: unknown) => typeof part === "string" || typeof part === "number";
  return typeof topic === "string" && Array.isArray(path) && path.every(isPart);
}
