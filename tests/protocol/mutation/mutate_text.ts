// mutateText(): makes JSON with typical errors.

import type { Random } from "../random.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../random_messages.ts";
import type { SeedText, Span } from "./seeds.ts";

const OPS = [...Object.keys(SERVER_MESSAGES), ...Object.keys(CLIENT_MESSAGES), "", "constructor", "toString"];

const NUMBERS = [
  ...["0", "-0", "-1", "1.5", "3", "4294967295", "4294967296", "9007199254740991", "9007199254740992"],
  ...["1e300", "1e400", "-1e400", "1e-400", "123456789012345678901234567890", "00", "1e", "NaN", "0x10"],
  ...[
    "9007199254740993",
    "-9223372036854775808",
    "18446744073709551616",
    "1152921504606847000",
    "Infinity",
    "-Infinity",
  ],
];

const VALUES = [
  ...[
    "[1,null]",
    "[NaN,9007199254740993]",
    '[Infinity,"NaN"]',
    "null",
    "true",
    "false",
    '""',
    '"AA=="',
    '"AB=="',
    '"!"',
    '"protobuf"',
    '"float64"',
    '"byte_array"',
  ],
  ...["[]", "[null]", "[[]]", "{}", '{"__proto__":{"op":"status"}}', '{"length":1}', '{"toString":null}'],
  ...['{"sec":4294967295,"nsec":4294967295}', '{"sec":1,"nsec":2}', '"\\ud800"', '"\\udc00\\ud800"', '"\ud800"'],
];

const NAMES = ['"__proto__"', '"constructor"', '"toJSON"', '"length"', '"op"', '"id"', '"value"', '"type"', '""'];

const PIECES = [
  "",
  '"',
  "\\",
  "0",
  "-",
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
  "\0",
  "\n",
  "\ufeff",
  "\ud800",
  "\udfff",
  "null",
];

/** Depths of nesting: shallow, the maximum, one more, and more than the stack allows. */
const DEPTHS = [1, 5, 99, 100, 101, 102, 1000];
const NESTS = DEPTHS.flatMap(nests);
const DEEP_NESTS = nests(20_000);

/** One of `texts` with up to two faults. */
export function mutateText(random: Random, texts: readonly SeedText[]): string {
  const seed = random.pick(texts);
  const text = random.once(5) ? seed.text : mutatedJson(random, seed, texts);
  return random.once(4) ? garbled(random, text, texts) : text;
}

/** The result is usually JSON. */
function mutatedJson(random: Random, seed: SeedText, texts: readonly SeedText[]): string {
  const { text, names, values } = seed;
  if (names.length === 0 || values.length === 0) return text;
  const name = random.pick(names);
  const value = random.pick(values);
  switch (random.below(8)) {
    case 0:
      return replaced(text, value, random.pick(NUMBERS));
    case 1:
      return replaced(text, value, random.pick(VALUES));
    case 2:
      return replaced(text, value, anyValue(random, texts));
    case 3:
      return replaced(text, name, random.pick(NAMES));
    case 4:
      // A duplicate member with another value.
      return `${text.slice(0, -1)},${text.slice(name.start, name.end)}:${random.pick(VALUES)}}`;
    case 5:
      return replaced(text, value, random.pick(random.once(200) ? DEEP_NESTS : NESTS));
    case 6:
      // In most texts the first value is the op.
      return replaced(text, values[0] as Span, `"${random.pick(OPS)}"`);
    default:
      return replaced(text, name, text.slice(name.start, name.end).replace('"', '"\\u0000'));
  }
}

function nests(depth: number): [list: string, object: string] {
  return ["[".repeat(depth) + "]".repeat(depth), '{"a":'.repeat(depth) + "1" + "}".repeat(depth)];
}

function anyValue(random: Random, texts: readonly SeedText[]): string {
  const { text, values } = random.pick(texts);
  const value = values[random.below(values.length + 1)];
  return value ? text.slice(value.start, value.end) : text;
}

/** The result is usually not JSON. */
function garbled(random: Random, text: string, texts: readonly SeedText[]): string {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at + random.below(10));
    default: {
      const { text: other } = random.pick(texts);
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    }
  }
}

function replaced(text: string, { start, end }: Span, piece: string): string {
  return text.slice(0, start) + piece + text.slice(end);
}
