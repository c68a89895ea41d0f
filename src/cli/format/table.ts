// tableLines(): a table in plain text.

import { printable } from "./printable.ts";

/** Options of {@linkcode tableLines}. */
export interface TableOptions {
  /** The names of the columns. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The indexes of columns whose cells are at the right, such as numbers. */
  readonly right?: readonly number[];
  /** The maximum width of the table. Longer texts in the first column lose their beginning. Default: unlimited. */
  readonly columns?: number;
  /** Changes the header, for example its colour. */
  readonly styleHeader?: (line: string) => string;
}

/** How many columns are between two cells. */
const SPACE = 2;
/** The minimum width of the first column. */
const MIN_FIRST = 10;

/** Returns the lines of a table. A column is as wide as its widest cell. */
export function tableLines(options: TableOptions): string[] {
  const { header, right = [], columns = Infinity, styleHeader = (line) => line } = options;
  const rows = options.rows.map((row) => row.map(printable));
  const widths = header.map((name, index) => Math.max(name.length, ...rows.map((row) => (row[index] ?? "").length)));
  const excess = widths.reduce((sum, width) => sum + width + SPACE, -SPACE) - columns;
  if (excess > 0) widths[0] = Math.max(MIN_FIRST, widths[0]! - excess);
  const lineOf = (cells: readonly string[]) =>
    widths.map((width, index) => {
      const cell = index === 0 ? shorten(cells[0] ?? "", width) : cells[index] ?? "";
      return right.includes(index) ? cell.padStart(width) : cell.padEnd(width);
    }).join(" ".repeat(SPACE)).trimEnd();
  return [styleHeader(lineOf(header)), ...rows.map(lineOf)];
}

/** Returns the end of a text that is too long, because the end of a topic says most. */
function shorten(text: string, width: number): string {
  return text.length > width ? `…${text.slice(1 - width)}` : text;
}
