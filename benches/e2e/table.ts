// Table: formats results as Markdown.

import type { ServerKind } from "./server_kinds.ts";
import type { Spread } from "./series.ts";

/** One table with a line of text above it. */
export interface Table {
  /** Explains the figures and their units. */
  caption: string;
  /** The first column is text, the others are figures. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The results of one scenario. */
export interface Section {
  title: string;
  tables: readonly Table[];
}

/** Formats a section as aligned Markdown. */
export function toMarkdown({ title, tables }: Section): string {
  return [`### ${title}`, ...tables.flatMap((table) => [table.caption, grid(table)])].join("\n\n") + "\n";
}

/** The text of a table cell: a figure, or the reason why there is none. */
export function cell(
  kind: Pick<ServerKind, "absent">,
  spread: Spread | undefined,
  format: (spread: Spread) => string,
): string {
  if (kind.absent !== undefined) return "absent";
  return spread === undefined ? "failed" : format(spread);
}

/** `185,000 ±4 %`: the median, and half of the range. */
export function withSpread({ median, min, max }: Spread): string {
  const percent = median === 0 ? 0 : Math.round((max - min) / 2 / median * 100);
  return min === max ? significant(median) : `${significant(median)} ±${percent} %`;
}

/** `0.97 (0.95–1.01)`: the median and the range. */
export function withRange({ median, min, max }: Spread): string {
  return min === max ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

/** A number to three significant digits, with commas between thousands. */
export function significant(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

/** `64 B`, `1 KiB`, `1 MiB`. */
export function byteSize(bytes: number): string {
  if (bytes >= 1024 ** 2) return `${significant(bytes / 1024 ** 2)} MiB`;
  return bytes >= 1024 ? `${significant(bytes / 1024)} KiB` : `${bytes} B`;
}

function grid({ columns, rows }: Table): string {
  const widths = columns.map((column, index) => Math.max(3, column.length, ...rows.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((text, index) => index === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[index]!)).join(" | ")
    } |`;
  const rule = widths.map((width, index) => index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(columns), line(rule), ...rows.map(line)].join("\n");
}
