// formatTable(): a Markdown table that is also readable in a terminal.

/** Formats rows, of which the first one is the head. All columns except the first contain numbers. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => lineOf(row.map((cell, column) => pad(cell, column))));
  const rule = lineOf(widths.map((width, column) => column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return lines.toSpliced(1, 0, rule).join("\n");

  function pad(cell: string, column: number): string {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  }
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
