// jsonMembers(): the texts of an object's members.

import { assertEquals } from "@std/assert/equals";
import { jsonMembers } from "../../../src/server/parameters/json_members.ts";

const objects: [text: string, members: Record<string, string>][] = [
  ["{}", {}],
  [" { } \n", {}],
  ['{"a":1}', { a: "1" }],
  ['{ "a" : 1.50 , "b" :\t"x" }', { a: "1.50", b: '"x"' }],
  ['{"a":{"b":[1,{"c":"}"}]},"d":[]}', { a: '{"b":[1,{"c":"}"}]}', d: "[]" }],
  ['{"a":[[1],[2,3]],"b":null}', { a: "[[1],[2,3]]", b: "null" }],
  ['{"a\\"b:{":"c\\"d,"}', { 'a"b:{': '"c\\"d,"' }],
  ['{"a\\\\":"b\\\\"}', { "a\\": '"b\\\\"' }],
  ['{"\\u0061":1,"a":2}', { a: "2" }],
  ['{"a":{\n  "b": 1\n}\n}', { a: '{\n  "b": 1\n}' }],
  ['{"a":123456789012345678901234567890,"b":1e999}', { a: "123456789012345678901234567890", b: "1e999" }],
  ['{"":1," ":2}', { "": "1", " ": "2" }],
];
for (const [text, members] of objects) {
  Deno.test(`jsonMembers() splits ${JSON.stringify(text)}`, () => {
    assertEquals(Object.fromEntries(jsonMembers(text)!), members);
  });
}

Deno.test("jsonMembers() keeps a member with the name __proto__", () => {
  assertEquals([...jsonMembers('{"__proto__":1}')!], [["__proto__", "1"]]);
});

for (const text of ["", "{", '{"a":1', '{"a":NaN}', "[]", "1", "null", '"{}"', '{"a":1}{}', '{"a":1,}']) {
  Deno.test(`jsonMembers() rejects ${JSON.stringify(text)}`, () => assertEquals(jsonMembers(text), undefined));
}
