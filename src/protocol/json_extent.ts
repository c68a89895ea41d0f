// How much JSON text holds, and how deeply it is nested: found out before it is parsed.

/** The characters that count, by their UTF-16 codes. */
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** Limits of {@linkcode measureJson}. */
export interface JsonLimits {
  /** How many arrays and objects may enclose one another. */
  maxJsonDepth: number;
  /** How many values there may be, names of members included. */
  maxJsonValues: number;
}

/**
 * Counts the values in JSON text (numbers, strings, booleans, nulls, arrays, objects) and the names of members. Returns the limit that the
 * text exceeds instead, if there is one. For text that is not JSON the result means nothing.
 *
 * Parsing brackets and names costs far more than counting them: 32 MiB of brackets take seconds and gigabytes.
 */
export function measureJson(text: string, { maxJsonDepth, maxJsonValues }: JsonLimits): number | keyof JsonLimits {
  let open = 0;
  let values = 1;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COMMA:
      case COLON:
        values += 1;
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        open += 1;
        if (open > maxJsonDepth) return "maxJsonDepth";
        if (!isEmpty(text, index)) values += 1;
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        open -= 1;
        break;
    }
    if (values > maxJsonValues) return "maxJsonValues";
  }
  return values;
}

/** The index of the quote that ends the string which begins at `start`, or of the text's end. */
export function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}

/** Whether nothing but white space follows in the array or object that begins at `start`. */
function isEmpty(text: string, start: number): boolean {
  let index = start + 1;
  while (text.charCodeAt(index) <= SPACE) index += 1;
  const code = text.charCodeAt(index);
  return code === CLOSE_BRACKET || code === CLOSE_BRACE;
}
