// csvLine(): a line of comma-separated values.

import { encodeBase64 } from "../../protocol/base64.ts";
import { toJson } from "../output.ts";

/** Returns the cells as a line. Lists and objects become JSON, and absent values empty cells. */
export function csvLine(cells: readonly unknown[]): string {
  return cells.map(cellText).join(",");
}

function cellText(cell: unknown): string {
  if (cell === undefined || cell === null) return "";
  const text = cell instanceof Uint8Array ? encodeBase64(cell) : typeof cell === "object" ? toJson(cell) : String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
