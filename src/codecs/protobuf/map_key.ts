// Keys of maps: text in objects, because objects have no other keys, and numbers or booleans in payloads.

import { InvalidValue } from "./faults.ts";
import type { ValueType } from "./field.ts";

const INTEGER = /^(0|-?[1-9]\d{0,19})$/;

/** Converts the text of a key to a value of its type. The type checks the range. */
export function parseMapKey(type: ValueType, text: string): unknown {
  switch (typeof type.zero) {
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      throw keyFault("true or false");
    case "bigint":
      if (INTEGER.test(text)) return BigInt(text);
      throw keyFault("an integer");
    case "number":
      if (INTEGER.test(text)) return Number(text);
      throw keyFault("an integer");
    default:
      return text;
  }
}

function keyFault(rule: string): InvalidValue {
  return new InvalidValue(`must have a key that is ${rule}`);
}
