// The texts of rejected values: errors and log lines for the program, reasons for clients.

import { kindOf } from "../../protocol/bytes.ts";
import type { Misfit } from "./value_shape.ts";

/** Apps show so many characters of a status. In UTF-16 units. */
const VISIBLE_CHARS = 28;
/** So many characters explain a reason. The rest are details, such as the allowed values. In UTF-16 units. */
const REASON_CHARS = 12;
/** Longer texts and lists are cut. In UTF-16 units. */
const MAX_SHOWN_CHARS = 60;
const MAX_SHOWN_OPTIONS = 10;

/** Returns the text of an error about a value. */
export function misfitText(cannot: string, { why, path }: Misfit, value: unknown): string {
  return `${cannot}: ${path === "" ? shown(value) : `value${path}`} is ${why}`;
}

/** Returns the reason why a client's value is not allowed, such as "above 10" or "[2] is not a number". */
export function reasonOf({ path, why }: Misfit): string {
  return path === "" ? why : `${path.replace(/^\./, "")} is ${why}`;
}

/**
 * Returns the text of a status for a client that was not allowed to set a parameter. The name comes first, unless it is
 * so long that apps would cut the reason.
 */
export function refusalText(name: string, reason: string): string {
  const start = `"${name}": `;
  const isVisible = start.length + Math.min(reason.length, REASON_CHARS) <= VISIBLE_CHARS;
  return isVisible ? start + reason : `${reason}: "${name}"`;
}

/** Lists options in an error text. */
export function listed(options: readonly unknown[]): string {
  const texts = options.slice(0, MAX_SHOWN_OPTIONS).map(shown);
  return [...texts, ...(options.length > texts.length ? ["…"] : [])].join(", ");
}

/** Shows a value in an error text: numbers, booleans and text as they are, other values by their kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return value.length > MAX_SHOWN_CHARS ? `"${value.slice(0, MAX_SHOWN_CHARS)}…"` : `"${value}"`;
  }
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : kindOf(value);
}
