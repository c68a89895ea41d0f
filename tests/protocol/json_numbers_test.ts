// Numbers that JSON.parse() and JSON.stringify() change, or that JSON does not have.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { makeSeeds } from "./mutation/seeds.ts";
import { mutateText } from "./mutation/mutate_text.ts";
import {
  mayContainLongInteger,
  mayContainNonFinite,
  parseExactly,
  stringifyExactly,
} from "../../src/protocol/json_numbers.ts";
import { Random } from "./random.ts";

/** The result for each JSON text. */
const PARSED: Readonly<Record<string, unknown>> = {
  "9007199254740991": 9007199254740991,
  "9007199254740992": 9007199254740992,
  "9007199254740993": 9007199254740993n,
  "-9007199254740993": -9007199254740993n,
  "1732648800123456789": 1732648800123456789n,
  "1152921504606846976": 2 ** 60,
  "1152921504606847000": 1152921504606847000n,
  "100000000000000000000": 1e20,
  "-123456789012345678901234567890": -123456789012345678901234567890n,
  "1732648800123456789.0": 1732648800123456789.0,
  "1732648800123456789e0": 1732648800123456789,
  "0.1732648800123456789": 0.1732648800123456789,
  "NaN": NaN,
  "Infinity": Infinity,
  "[-Infinity,NaN , 1]": [-Infinity, NaN, 1],
  '{"a":[NaN,{"b":9007199254740993}],"c":NaN}': { a: [NaN, { b: 9007199254740993n }], c: NaN },
  '["NaN","-Infinity","9007199254740993","a\\"NaN,9007199254740993"]': [
    "NaN",
    "-Infinity",
    "9007199254740993",
    'a"NaN,9007199254740993',
  ],
  '{"NaN":1,"9007199254740993":"\\\\",":NaN,":Infinity}': { "NaN": 1, "9007199254740993": "\\", ":NaN,": Infinity },
  '["0.5:NaN",NaN]': ["0.5:NaN", NaN],
};

for (const [text, value] of Object.entries(PARSED)) {
  Deno.test(`parseExactly() reads ${text}`, () => assertEquals(parseExactly(text), value));
}

Deno.test("parseExactly() keeps names such as __proto__ as members", () => {
  const value = parseExactly('{"__proto__":9007199254740993,"constructor":{"__proto__":{"b":NaN}}}');
  const members = (object: unknown) => Object.entries(object as Record<string, unknown>);
  const [[name, integer], [other, inner]] = members(value) as [[string, unknown], [string, unknown]];
  assertEquals([name, integer, other], ["__proto__", 9007199254740993n, "constructor"]);
  assertEquals(members(inner), [["__proto__", { b: NaN }]]);
});

Deno.test("parseExactly() rejects text that only looks like a number", () => {
  const texts = ["-NaN", "+Infinity", "- Infinity", "1NaN", "NaN1", "NaNNaN", "nan", "{NaN:1}", "{ -Infinity \n: 1}"];
  const digits = [
    "01732648800123456789",
    "-",
    "1732648800123456789.",
    "{1732648800123456789:1}",
    "17326488001234567 89",
  ];
  for (const text of [...texts, ...digits, "", "[", '"', '"NaN', "[NaN", '{"a":NaN,}']) {
    assertThrows(() => parseExactly(text), SyntaxError, undefined, text);
  }
});

Deno.test("parseExactly() accepts every depth of nesting that JSON.parse() accepts", () => {
  const text = `${"[".repeat(5000)}9007199254740993${"]".repeat(5000)}`;
  let value = parseExactly(text);
  while (Array.isArray(value)) value = value[0];
  assertEquals(value, 9007199254740993n);
});

Deno.test("parseExactly() returns an integer that is out of range for millions of digits, without parsing all of them", () => {
  const value = parseExactly(`[-${"9".repeat(3_000_000)}]`) as [bigint];
  assertEquals(value[0] < -(2n ** 64n), true);
  assertEquals(String(value[0]).length, 400);
});

Deno.test("parseExactly() accepts the same JSON as JSON.parse(), with the same result", () => {
  const random = new Random(20_261_126);
  const { texts } = makeSeeds(random, 3);
  const outcome = (parse: (text: string) => unknown, text: string) => {
    try {
      return JSON.stringify(parse(text), (_name, value) => typeof value === "bigint" ? Number(value) : value);
    } catch (error) {
      return (error as Error).name;
    }
  };
  let valid = 0;
  for (let round = 0; round < 5000; round++) {
    const text = mutateText(random, texts);
    if (mayContainNonFinite(text)) continue;
    const expected = outcome(JSON.parse, text);
    assertEquals(outcome(parseExactly, text), expected, text);
    valid += expected === "SyntaxError" ? 0 : 1;
  }
  assertEquals(valid > 1000, true);
});

Deno.test("mayContainLongInteger() finds 16 digits where a number may begin", () => {
  const yes = [
    '{"a":1732648800123456789}',
    "[1, -9007199254740993]",
    '[" 1732648800123456789"]',
    "[1234567890123456.5]",
    "9007199254740993",
    "-9007199254740993",
  ];
  const no = [
    "900719925474099",
    '{"a":173264880012345}',
    "[0.30000000000000004]",
    "[-12.1234567890123456789]",
    "[1e300]",
    '["1732648800123456"]',
  ];
  assertEquals(yes.map(mayContainLongInteger), yes.map(() => true));
  assertEquals(no.map(mayContainLongInteger), no.map(() => false));
});

Deno.test("stringifyExactly() writes numbers that JSON.parse() and parseExactly() read unchanged", () => {
  const numbers = [
    0,
    -1,
    1.5,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 60),
    2 ** 63,
    1e20,
    1.234567890123456e20,
    1e21,
    5e-324,
    1e300,
  ];
  for (const number of numbers) {
    const text = stringifyExactly(number);
    assertEquals([JSON.parse(text), parseExactly(text)], [number, number]);
  }
  for (const integer of [0n, 5n, -5n]) assertEquals(parseExactly(stringifyExactly(integer)), Number(integer));
  for (const integer of [9007199254740993n, -(2n ** 63n) + 1n, 2n ** 64n - 1n]) {
    assertEquals(parseExactly(stringifyExactly(integer)), integer);
  }
});

Deno.test("stringifyExactly() writes the same as JSON.stringify(), except for large integers", () => {
  const values = [NaN, -Infinity, -0, null, true, 'a"\ud800', [], {}, [[1, NaN, "x"], { "": [], __proto__: 1 }]];
  for (const value of [...values, JSON.parse('{"__proto__":{"a":[1]},"b":"\\u0000"}')]) {
    assertEquals(stringifyExactly(value), JSON.stringify(value));
  }
  assertEquals(stringifyExactly({ a: [2 ** 60, 5n], "b:": { c: -1n } }), '{"a":[1152921504606846976,5],"b:":{"c":-1}}');
});
