// JsonFields: lenient for messages from a peer, strict for messages to be written.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { isObject } from "../../src/protocol/json_object.ts";
import { fieldsToWrite, JsonFields, SAFE_INTEGER, STRING, UINT32 } from "../../src/protocol/json_fields.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";

function fields(members: Record<string, unknown>): JsonFields {
  return new JsonFields("test", members);
}

function assertRejected(read: () => unknown, rule: string): void {
  const error = assertThrows(read, ProtocolError);
  assertEquals([error.code, error.message], ["invalid-field", `Cannot read "test": ${rule}`]);
}

Deno.test("JsonFields reads null as absent", () => {
  const members = fields({ a: null });
  for (const name of ["a", "b"]) {
    assertEquals(members.raw(name), undefined);
    assertEquals(members.optional(name, STRING), undefined);
    assertEquals(members.optionalList(name, STRING), undefined);
    assertEquals(members.optionalObject(name), undefined);
    assertEquals(members.optionalStrings(name), undefined);
    assertRejected(() => members.get(name, STRING), `${name} must be a string`);
    assertRejected(() => members.list(name, STRING), `${name} must be an array`);
    assertRejected(() => members.objects(name), `${name} must be an array`);
  }
});

Deno.test("JsonFields rejects an optional field of the wrong type", () => {
  const members = fields({ a: 1 });
  assertRejected(() => members.optional("a", STRING), "a must be a string");
  assertRejected(() => members.optionalList("a", STRING), "a must be an array");
  assertRejected(() => members.optionalObject("a"), "a must be an object");
  assertRejected(() => members.optionalStrings("a"), "a must be an object");
});

Deno.test("JsonFields names the path of an invalid field", () => {
  const [, second] = fields({ list: [{}, { inner: { ids: [1, -1] } }] }).objects("list");
  assertRejected(
    () => second!.optionalObject("inner")!.list("ids", UINT32),
    "list[1].inner.ids[1] must be an integer from 0 to 4294967295",
  );
  assertRejected(() => fields({ list: [{}, null] }).objects("list"), "list[1] must be an object");
});

Deno.test("UINT32 and SAFE_INTEGER accept only integers within their range", () => {
  for (const value of [0, 1, 2 ** 32 - 1]) assertEquals(fields({ id: value }).get("id", UINT32), value);
  for (const value of [-1, 1.5, 2 ** 32, "1", true, [1]]) {
    assertRejected(() => fields({ id: value }).get("id", UINT32), "id must be an integer from 0 to 4294967295");
  }
  for (const value of [0, 2 ** 32, 2 ** 53 - 1]) assertEquals(fields({ id: value }).get("id", SAFE_INTEGER), value);
  for (const value of [-1, 1.5, 2 ** 53, "1"]) {
    assertRejected(
      () => fields({ id: value }).get("id", SAFE_INTEGER),
      "id must be an integer from 0 to 9007199254740991",
    );
  }
});

Deno.test("JsonFields.optionalStrings() keeps any name and leaves out null members", () => {
  const map = fields(JSON.parse('{"map":{"__proto__":"a","constructor":"b","gone":null}}')).optionalStrings("map");
  assertEquals(Object.entries(map!), [["__proto__", "a"], ["constructor", "b"]]);
  assertEquals(Object.getPrototypeOf(map), Object.prototype);
  assertEquals(fields({ map: {} }).optionalStrings("map"), {});
  assertRejected(() => fields({ map: { a: 1 } }).optionalStrings("map"), "map must be an object of strings");
});

Deno.test("isObject() is true only for plain objects", () => {
  assertEquals([{}, Object.create(null), JSON.parse('{"__proto__":1}')].every(isObject), true);
  assertEquals([null, [], "a", 1, undefined, new Date(), new Map(), new Uint8Array(), () => {}].some(isObject), false);
});

Deno.test("fieldsToWrite() throws the errors of a caller: RangeError and TypeError", () => {
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
