// Place: where a part of a generated file is printed.

/** The width of lines: the default of `deno fmt`. */
export const WIDTH = 80;
/** The indent of a level. */
export const INDENT = "  ";

/** Where a text is printed. */
export interface Place {
  /** The indent of its line. */
  readonly indent: string;
  /** How many characters of its first line are already used, including the indent. */
  readonly before: number;
  /** How many characters follow it in its last line, such as a semicolon. */
  readonly after: number;
}

/** Returns the lines of a member. A value that does not fit beside its name, and cannot be broken, is below it. */
export function memberLines(indent: string, start: string, value: string, end: string): string {
  const length = indent.length + start.length + 1 + value.length + end.length;
  const isBelow = length > WIDTH && !value.includes("\n");
  const gap = value.startsWith("\n") ? "" : isBelow ? `\n${indent}${INDENT}` : " ";
  return `${indent}${start}${gap}${value}${end}\n`;
}
