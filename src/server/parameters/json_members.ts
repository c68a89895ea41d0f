// jsonMembers(): splits the text of a JSON object into the texts of its members, so that they can be kept unchanged.

import { isObject } from "../../protocol/json_object.ts";
import { endOfString } from "../../protocol/measure_json.ts";

/**
 * Returns the text of each member's value, by name. If a name occurs twice, the last value counts, as in
 * `JSON.parse()`. Returns `undefined` if the text is not a JSON object.
 */
export function jsonMembers(text: string): Map<string, string> | undefined {
  try {
    if (!isObject(JSON.parse(text))) return undefined;
  } catch {
    return undefined;
  }
  return split(text);
}

/** Splits text that is a JSON object. */
function split(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character === '"') {
      const end = endOfString(text, index) + 1;
      // Between two members, a string is the name of the next one.
      if (name === undefined) {
        name = JSON.parse(text.slice(index, end)) as string;
        start = text.indexOf(":", end) + 1;
        index = start - 1;
      } else {
        index = end - 1;
      }
    } else if (character === "{" || character === "[") {
      depth += 1;
    } else if (character === "}" || character === "]" || character === ",") {
      const isEnd = depth === 1 && character !== "]";
      if (isEnd && name !== undefined) {
        members.set(name, text.slice(start, index).trim());
        name = undefined;
      }
      if (character !== ",") depth -= 1;
    }
  }
  return members;
}
