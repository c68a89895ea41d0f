// jsonFault(): why a text is not JSON.

import { firstLineOf } from "../error_text.ts";

/** Returns why it is not JSON, or `undefined` if it is. */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return firstLineOf(error);
  }
}
