// tableLines(): a table in plain text.

/** Options of {@linkcode tableLines}. */
export interface TableOptions {
  /** The names of the columns. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The indexes of columns whose cells are at the right, such as numbers. */
  readonly right?: readonly number[];
  /** Changes the header, for example its colour. */
  readonly styleHeader?: (line: string) => string;
}

/** Returns the lines of a table. A column is as wide as its widest cell. */
export function tableLines({ header, rows, right = [], styleHeader = (line) => line }: TableOptions): string[] {
  const widths = header.map((name, index) => Math.max(name.length, ...rows.map((row) => (row[index] ?? "").length)));
  const lineOf = (cells: readonly string[]) =>
    widths.map((width, index) => {
      const cell = cells[index] ?? "";
      return right.includes(index) ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [styleHeader(lineOf(header)), ...rows.map(lineOf)];
}
