// JSON objects taken apart: leniently what was read, strictly what is to be written.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { fieldsToWrite, isObject, JsonFields, SAFE_INTEGER, STRING, UINT32 } from "../../src/protocol/json_fields.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";

function fields(members: Record<string, unknown>): JsonFields {
  return new JsonFields("test", members);
}

function assertRefused(read: () => unknown, rule: string): void {
  const error = assertThrows(read, ProtocolError);
  assertEquals([error.code, error.message], ["invalid-field", `Cannot read "test": ${rule}`]);
}

Deno.test("JsonFields takes null for absent", () => {
  const members = fields({ a: null });
  for (const name of ["a", "b"]) {
    assertEquals(members.raw(name), undefined);
    assertEquals(members.optional(name, STRING), undefined);
    assertEquals(members.optionalList(name, STRING), undefined);
    assertEquals(members.optionalObject(name), undefined);
    assertEquals(members.optionalStrings(name), undefined);
    assertRefused(() => members.get(name, STRING), `${name} must be a string`);
    assertRefused(() => members.list(name, STRING), `${name} must be an array`);
    assertRefused(() => members.objects(name), `${name} must be an array`);
  }
});

Deno.test("JsonFields does not take an optional member of the wrong type for absent", () => {
  const members = fields({ a: 1 });
  assertRefused(() => members.optional("a", STRING), "a must be a string");
  assertRefused(() => members.optionalList("a", STRING), "a must be an array");
  assertRefused(() => members.optionalObject("a"), "a must be an object");
  assertRefused(() => members.optionalStrings("a"), "a must be an object");
});

Deno.test("JsonFields names the path to what it refuses", () => {
  const [, second] = fields({ list: [{}, { inner: { ids: [1, -1] } }] }).objects("list");
  assertRefused(
    () => second!.optionalObject("inner")!.list("ids", UINT32),
    "list[1].inner.ids[1] must be an integer from 0 to 4294967295",
  );
  assertRefused(() => fields({ list: [{}, null] }).objects("list"), "list[1] must be an object");
});

Deno.test("UINT32 and SAFE_INTEGER are integers within their range", () => {
  for (const value of [0, 1, 2 ** 32 - 1]) assertEquals(fields({ id: value }).get("id", UINT32), value);
  for (const value of [-1, 1.5, 2 ** 32, "1", true, [1]]) {
    assertRefused(() => fields({ id: value }).get("id", UINT32), "id must be an integer from 0 to 4294967295");
  }
  for (const value of [0, 2 ** 32, 2 ** 53 - 1]) assertEquals(fields({ id: value }).get("id", SAFE_INTEGER), value);
  for (const value of [-1, 1.5, 2 ** 53, "1"]) {
    assertRefused(
      () => fields({ id: value }).get("id", SAFE_INTEGER),
      "id must be an integer from 0 to 9007199254740991",
    );
  }
});

Deno.test("JsonFields.optionalStrings() keeps any name and drops null members", () => {
  const map = fields(JSON.parse('{"map":{"__proto__":"a","constructor":"b","gone":null}}')).optionalStrings("map");
  assertEquals(Object.entries(map!), [["__proto__", "a"], ["constructor", "b"]]);
  assertEquals(Object.getPrototypeOf(map), Object.prototype);
  assertEquals(fields({ map: {} }).optionalStrings("map"), {});
  assertRefused(() => fields({ map: { a: 1 } }).optionalStrings("map"), "map must be an object of strings");
});

Deno.test("isObject() is true of plain objects only", () => {
  assertEquals([{}, Object.create(null), JSON.parse('{"__proto__":1}')].every(isObject), true);
  assertEquals([null, [], "a", 1, undefined, new Date(), new Map(), new Uint8Array(), () => {}].some(isObject), false);
});

Deno.test("fieldsToWrite() blames the caller", () => {
  const message = fieldsToWrite({ op: "test", id: -1, big: 1n, name: 5, list: [, "a"], map: {}, odd: { a: null } });
  assertThrows(() => message.get("id", UINT32), RangeError, 'Cannot write "test": id must be an integer from 0 to');
  assertThrows(() => message.get("big", UINT32), TypeError, 'Cannot write "test": big must be an integer from 0 to');
  assertThrows(() => message.get("name", STRING), TypeError, 'Cannot write "test": name must be a string');
  assertThrows(() => message.list("list", STRING), TypeError, 'Cannot write "test": list[0] must be a string');
  assertThrows(
    () => message.optionalStrings("odd"),
    TypeError,
    'Cannot write "test": odd must be an object of strings',
  );
  assertEquals(message.optionalStrings("map"), undefined);
});
