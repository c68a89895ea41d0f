// valueLines(): the value of a message as lines for people, in the form of YAML.

import { countText } from "../../quantities.ts";

/** Options of {@linkcode valueLines}. */
export interface ValueLinesOptions {
  /** The width of the lines. Lists of numbers are broken where they do not fit. */
  readonly columns: number;
  /** How many items of a list and bytes are shown. `Infinity` shows all. */
  readonly maxItems: number;
}

/** How many characters of a text are shown for each of `maxItems`. */
const CHARACTERS_PER_ITEM = 8;

/** Returns the lines of a value. Members are indented by two columns. */
export function valueLines(value: unknown, options: ValueLinesOptions): string[] {
  if (Array.isArray(value)) return listLines(value, options);
  return isObject(value) && !isEmpty(value) ? memberLines(value, options) : [scalarText(value, options)];
}

/** Returns the bytes as `3 bytes: 01 02 03`. */
export function bytesAsHex(bytes: Uint8Array, maxItems: number): string {
  const digits = [...bytes.subarray(0, maxItems)].map((byte) => byte.toString(16).padStart(2, "0"));
  const rest = bytes.length > maxItems ? [`… ${bytes.length - maxItems} more`] : [];
  const count = countText(bytes.length, "byte");
  return [`${count}${bytes.length > 0 ? ":" : ""}`, ...digits, ...rest].join(" ");
}

function memberLines(value: object, options: ValueLinesOptions): string[] {
  const inner = { ...options, columns: options.columns - 2 };
  return Object.entries(value).flatMap(([name, member]) => {
    const key = quoteIfNeeded(name);
    const lines = valueLines(member, inner);
    const [first = ""] = lines;
    const isInline = lines.length === 1 && !hasLinesOfItsOwn(member);
    // A text or number is never broken, so it stays beside its name whatever its length.
    if (isInline && (!Array.isArray(member) || key.length + 2 + first.length <= options.columns)) {
      return [`${key}: ${first}`];
    }
    return [`${key}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function listLines(list: readonly unknown[], options: ValueLinesOptions): string[] {
  const { columns, maxItems } = options;
  const shown = list.slice(0, maxItems);
  const rest = list.length > maxItems ? [`… ${list.length - maxItems} more`] : [];
  if (!hasLinesOfItsOwn(list)) return wrapList([...shown.map((item) => scalarText(item, options)), ...rest], columns);
  const inner = { ...options, columns: columns - 2 };
  return [
    ...shown.flatMap((item) => valueLines(item, inner).map((line, index) => `${index === 0 ? "- " : "  "}${line}`)),
    ...rest,
  ];
}

function wrapList(items: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = "[";
  items.forEach((item, index) => {
    const text = index === items.length - 1 ? item : `${item},`;
    if (line.length > 1 && line.length + 1 + text.length + 1 > columns) {
      lines.push(line);
      line = ` ${text}`;
    } else {
      line += line.length > 1 ? ` ${text}` : text;
    }
  });
  return [...lines, `${line}]`];
}

/** Whether a value is an object or a list with members that have members. */
function hasLinesOfItsOwn(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => Array.isArray(item) || hasLinesOfItsOwn(item));
  return isObject(value) && !isEmpty(value);
}

function scalarText(value: unknown, { maxItems }: ValueLinesOptions): string {
  if (value instanceof Uint8Array) return bytesAsHex(value, maxItems);
  if (isObject(value)) return "{}";
  if (typeof value !== "string") return String(value);
  const maxCharacters = maxItems * CHARACTERS_PER_ITEM;
  if (value.length <= maxCharacters) return quoteIfNeeded(value);
  return `${quoted(value.slice(0, maxCharacters))} … ${countText(value.length - maxCharacters, "more character")}`;
}

/** Text that YAML reads as the same text without quotes. */
const PLAIN = /^[\p{L}_/][\p{L}\p{N}_./+-]*(?: [\p{L}\p{N}_./+-]+)*$/u;
const OTHER_WORDS: readonly string[] = ["true", "false", "null", "yes", "no", "on", "off", "nan", "infinity"];

function quoteIfNeeded(text: string): string {
  return PLAIN.test(text) && !OTHER_WORDS.includes(text.toLowerCase()) ? text : quoted(text);
}

/** Returns the text in quotes. Escapes all control characters, because a terminal would execute them. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
