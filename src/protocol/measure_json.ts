// measureJson(): counts the values of JSON text and checks how deeply it is nested, before it is parsed.

/** The UTF-16 codes of the characters that matter for counting. */
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
  /** How deeply arrays and objects may be nested. */
  maxJsonDepth: number;
  /** How many values the text may contain, including the names of members. */
  maxJsonValues: number;
}

/**
 * Counts the values in JSON text (numbers, strings, booleans, nulls, arrays, objects) and the names of members. If the
 * text exceeds a limit, returns the name of that limit instead. The result is meaningless if the text is not JSON.
 *
 * Call it before parsing, because parsing brackets and names costs far more: 32 MiB of brackets take seconds and
 * gigabytes of memory.
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

/**
 * Returns the index of the quote that ends the string at `start`, or the length of the text if the string does not end.
 */
export function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}

/** Whether the array or object that begins at `start` contains only white space. */
function isEmpty(text: string, start: number): boolean {
  let index = start + 1;
  while (text.charCodeAt(index) <= SPACE) index += 1;
  const code = text.charCodeAt(index);
  return code === CLOSE_BRACKET || code === CLOSE_BRACE;
}
