// lineText(): a message and its details as one text, for the Log panel.

import { countText } from "../../quantities.ts";

/** Longer details are cut. In UTF-16 units. */
const MAX_DETAIL_CHARS = 4096;
const MAX_CAUSES = 3;

/**
 * Appends details to a message. Errors begin on a new line, and have their stacks and up to 3 causes. Never throws.
 */
export function lineText(message: string, details: readonly unknown[]): string {
  return String(message) + details.map(detailText).join("");
}

function detailText(detail: unknown): string {
  try {
    const text = detail instanceof Error ? `\n${textWithCauses(detail)}` : ` ${valueText(detail)}`;
    const cut = text.length - MAX_DETAIL_CHARS;
    return cut > 0 ? `${text.slice(0, MAX_DETAIL_CHARS)}… (${countText(cut, "more character")})` : text;
  } catch {
    return " a value that cannot be shown";
  }
}

function textWithCauses(error: Error): string {
  const texts = [errorText(error)];
  let { cause } = error;
  while (cause !== undefined && texts.length <= MAX_CAUSES) {
    texts.push(cause instanceof Error ? errorText(cause) : valueText(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return texts.join("\nCaused by: ");
}

/** Returns the name, the message and the stack. In V8 the stack begins with the first two, elsewhere it lacks them. */
function errorText({ name, message, stack = "" }: Error): string {
  const isInStack = message === "" ? stack.startsWith(name) : stack.includes(message);
  if (isInStack) return stack;
  const head = message === "" ? name : `${name}: ${message}`;
  return stack === "" ? head : `${head}\n${stack}`;
}

function valueText(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  // Their JSON would list every byte.
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${countText(value.byteLength, "byte")}`;
  return JSON.stringify(value, (_, member) => typeof member === "bigint" ? String(member) : member);
}
