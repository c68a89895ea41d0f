// fieldLines(): facts with their names, in two columns.

import { wrap } from "./wrap.ts";

/** Options of {@linkcode fieldLines}. */
export interface FieldOptions {
  /** The width of the lines. */
  readonly columns: number;
  /** Changes the names, for example their colour. */
  readonly styleName?: (name: string) => string;
}

/** Returns a line for each field, or more lines if the text is longer. */
export function fieldLines(
  fields: readonly (readonly [name: string, text: string])[],
  { columns, styleName = (name) => name }: FieldOptions,
): string[] {
  const left = Math.max(0, ...fields.map(([name]) => name.length)) + 2;
  return fields.flatMap(([name, text]) =>
    wrap(text, Math.max(20, columns - left)).map((line, index) =>
      index === 0 ? styleName(name.padEnd(left)) + line : " ".repeat(left) + line
    )
  );
}
