// How deeply JSON text is nested, found out before it is parsed.

/** The characters that count, by their UTF-16 codes. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Whether arrays and objects stand in one another more than `depth` times; of text that is no JSON anything may be said.
 *
 * Parsing brackets costs far more than counting them: 32 MiB of nothing else take seconds and gigabytes.
 */
export function isNestedDeeper(text: string, depth: number): boolean {
  let open = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        open += 1;
        if (open > depth) return true;
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        open -= 1;
        break;
    }
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`, or of the text's end. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}
