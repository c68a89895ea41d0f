// prettyJson(): JSON for people.

import { toJson } from "../output.ts";

/** Returns a value as JSON: in one line if it fits, otherwise with a line for each member. */
export function prettyJson(value: unknown, columns: number): string {
  const line = toJson(value);
  return line.length <= columns ? line : JSON.stringify(JSON.parse(line), null, 2);
}
