// parseDefault(): the default values of proto2 fields, which descriptors have as text.

import { EnumType } from "./enum_type.ts";
import type { ValueType } from "./field.ts";
import { parseMapKey } from "./map_key.ts";

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))/g;
const CONTROLS: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const INFINITIES: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** Converts the text of a default value to a value of its type. Returns `undefined` if the text is not valid. */
export function parseDefault(type: ValueType, text: string): unknown {
  if (type instanceof EnumType) return type.numberOf(text);
  if (type.name === "bytes") return unescapeBytes(text);
  if (type.zero === "") return text;
  if (type.name === "double") return parseDouble(text);
  if (type.name === "float") {
    const number = parseDouble(text);
    return number && Math.fround(number);
  }
  try {
    return type.fromJson(parseMapKey(type, text), 0);
  } catch {
    return undefined;
  }
}

function parseDouble(text: string): number | undefined {
  const number = INFINITIES[text] ?? (text.trim() === "" ? NaN : Number(text));
  return Number.isNaN(number) && text !== "nan" ? undefined : number;
}

/** Converts text with the escapes of C, in which descriptors have bytes. */
function unescapeBytes(text: string): Uint8Array {
  const binary = text.replaceAll(
    ESCAPE,
    (_all, octal?: string, hex?: string, letter: string = "") => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      return CONTROLS[letter] ?? letter;
    },
  );
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
