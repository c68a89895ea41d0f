// protobuf(): values and payloads. ./oracle_test.ts compares both with another implementation.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { protobuf } from "../../../src/codecs/protobuf/protobuf.ts";
import { byteSources, SAME_BYTES } from "../../support/byte_sources.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";

type Value = Record<string, unknown>;
const CONTEXT = { timestamp: 0n };
const everything = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Everything" });
const point = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Everything.Point" });
const names = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.Names" });
const legacy = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.legacy.Legacy" });
const EMPTY = everything.decode(new Uint8Array(0));

function encode(value: unknown, codec = everything): string {
  return (codec.encode(value as Value, CONTEXT) as Uint8Array).toHex();
}

/** The members that differ from an empty message. */
function decode(hex: string, codec = everything): Value {
  const value = codec.decode(Uint8Array.fromHex(hex));
  const empty = codec.decode(new Uint8Array(0));
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => Deno.inspect(member) !== Deno.inspect(empty[name])),
  );
}

Deno.test("protobuf() encodes the fields by their number, whatever the order of the members", () => {
  assertEquals(encode({ cell: -1, y: 2, x: 1 }, point), "09000000000000f03f1100000000000000401801");
});

Deno.test("protobuf() omits zero, but not -0, and not in fields that know whether they are set", () => {
  const zeros = { double: 0, int32: 0, int64: 0n, uint64: 0, bool: false, string: "", bytes: new Uint8Array(0) };
  assertEquals(encode({ ...zeros, color: "COLOR_UNKNOWN", sint64: 0, doubles: [], by_bool: {} }), "");
  assertEquals(encode({ double: -0 }), "090000000000000080");
  assertEquals(encode({ optional_double: 0, optional_string: "" }), "8905000000000000000092" + "0500");
  assertEquals(encode({ text: "" }), "da0500");
  assertEquals(encode({ point: {}, timestamp: 0n }), "8a01009a0100");
  assertEquals(encode({ id: 0, enabled: false, scale: 0 }, legacy), "0800190000000000000000" + "4800");
});

Deno.test("protobuf() treats undefined and null as absent", () => {
  assertEquals(
    encode({ double: undefined, point: null, doubles: undefined, by_bool: null, text: null, number: 1 }),
    "e00501",
  );
});

Deno.test("protobuf() reads absent fields as zero, their default, empty, or absent", () => {
  assertEquals([EMPTY.double, EMPTY.int64, EMPTY.bytes, EMPTY.color], [0, 0n, new Uint8Array(0), 0]);
  assertEquals([EMPTY.doubles, EMPTY.by_string], [[], {}]);
  for (const name of ["point", "timestamp", "optional_double", "text"]) assertEquals(name in EMPTY, false, name);
  assertEquals(legacy.decode(new Uint8Array(0)), {
    scale: -1.5,
    limit: Infinity,
    label: 'a "b"\n',
    data: Uint8Array.of(1, 255, 0x78, 10),
    level: 7,
    enabled: true,
    offset: -(2n ** 63n),
    mask: 0xffff_ffff,
    expanded: [],
    packed: [],
    levels: [],
  });
});

Deno.test("protobuf() gives each message its own lists, maps and default bytes", () => {
  for (const [codec, name] of [[everything, "doubles"], [everything, "by_string"], [legacy, "data"]] as const) {
    const [one, other] = [codec.decode(new Uint8Array(0)), codec.decode(new Uint8Array(0))];
    assertEquals([one[name] === other[name], one[name]], [false, other[name]]);
  }
});

Deno.test("protobuf() reads numbers by name, in the order of the .proto file", () => {
  assertEquals(Object.keys(point.decode(Uint8Array.fromHex("1801"))), ["x", "y", "cell"]);
});

Deno.test("protobuf() reads packed and single items, and appends them", () => {
  assertEquals(decode("8a02020102" + "8802058a020103"), { int32s: [1, 2, 5, 3] });
  assertEquals(decode("fa0108000000000000f03ff9010000000000000040"), { doubles: [1, 2] });
  assertEquals(decode("920304010203049003059a0300"), { expanded: [1, 2, 3, 4, 5] });
  assertEquals(legacy.decode(Uint8Array.fromHex("6201056005"))["expanded"], [5, 5]);
});

Deno.test("protobuf() writes lists packed or not, as the .proto file says", () => {
  assertEquals(encode({ int32s: [1, -1], expanded: [1, 2] }), "8a020b01" + "ff".repeat(9) + "01" + "900301900302");
  assertEquals(
    encode({ id: 1, expanded: [1, 2], packed: [1, 2], levels: ["LEVEL_LOW"] }, legacy),
    "0801600160026a020102" + "7003",
  );
});

Deno.test("protobuf() lets the last value of a field count, and merges messages", () => {
  assertEquals(decode(encode({ int32: 1 }) + encode({ int32: 2 })), { int32: 2 });
  const parts = [{ x: 1, cell: 3 }, { y: 2 }, { cell: 4 }].map((part) => encode({ point: part }));
  assertEquals(decode(parts.join("")), { point: { x: 1, y: 2, cell: 4 } });
  const child = decode(encode({ child: { int32s: [1] } }) + encode({ child: { int32s: [2], string: "a" } }))
    .child as Value;
  assertEquals([child.int32s, child.string], [[1, 2], "a"]);
  // Seconds of the first message, nanoseconds of the second one.
  assertEquals(decode("8a01020805" + "8a01021007"), { timestamp: 5_000_000_007n });
  assertEquals(decode("8a01020805" + "8a01041007" + "0806"), { timestamp: 6_000_000_007n });
});

Deno.test("protobuf() lets the last member of a oneof count", () => {
  const member = (value: Value) => encode(value);
  assertEquals(decode(member({ text: "a" }) + member({ number: 1 })), { number: 1 });
  assertEquals(decode(member({ number: 1 }) + member({ place: { x: 1 } }) + member({ place: { y: 2 } })), {
    place: { x: 1, y: 2, cell: 0 },
  });
  assertEquals(decode(member({ place: { x: 1 } }) + member({ text: "" }) + member({ place: {} })), {
    place: { x: 0, y: 0, cell: 0 },
  });
  const inMessage = decode(encode({ child: { text: "a" } }) + encode({ child: { number: 1 } })).child as Value;
  assertEquals([inMessage.number, "text" in inMessage], [1, false]);
});

Deno.test("protobuf() skips unknown fields, groups, and fields with another wire type", () => {
  const unknown = ["c03e05", "c13e" + "00".repeat(8), "c23e0100", "c33e0801c43e", "c53e00000000"];
  assertEquals(decode(unknown.join("") + "1805" + unknown.join("")), { int32: 5 });
  // double as a varint, a message as a fixed32, packed text, a map as a varint.
  assertEquals(decode("0805" + "9d0100000000" + "e00201" + "e80305" + "1805"), { int32: 5 });
  assertEquals(decode("08057b08017c", legacy), { id: 5 });
  // Within a map's entry.
  assertEquals(decode("ea0305" + "1801" + "0a0161"), { by_string: { a: 0 } });
});

Deno.test("protobuf() reads entries of maps without key or value, and lets the last entry of a key count", () => {
  assertEquals(decode("ea0300"), { by_string: { "": 0 } });
  assertEquals(decode("fa0300"), { by_int64: { "0": { x: 0, y: 0, cell: 0 } } });
  assertEquals(decode("a20400"), { by_fixed32: { "0": 0n } });
  assertEquals(decode("c20400"), { by_bool: { false: 0 } });
  const twice = encode({ by_int32: { 1: "a" } }) + encode({ by_int32: { 1: "b", 2: "c" } });
  assertEquals(decode(twice), { by_int32: { 1: "b", 2: "c" } });
});

Deno.test("protobuf() writes maps from objects and from Maps, with keys as text or as their type", () => {
  const same: readonly (readonly [name: string, object: Value, map: Map<unknown, unknown>])[] = [
    ["by_string", { a: 1, "": 2 }, new Map([["a", 1], ["", 2]])],
    ["by_int32", { "-5": "a" }, new Map([[-5, "a"]])],
    ["by_int64", { "-9223372036854775808": {} }, new Map([[-(2n ** 63n), {}]])],
    ["by_uint64", { "18446744073709551615": 1 }, new Map([[2n ** 64n - 1n, "COLOR_RED"]])],
    ["by_bool", { true: 1, false: 2 }, new Map([[true, 1], [false, 2]])],
    ["by_int32", { "7": "a" }, new Map([["7", "a"]])],
  ];
  for (const [name, object, map] of same) {
    const hex = encode({ [name]: object });
    assertEquals(encode({ [name]: map }), hex);
    assertEquals(Object.keys(decode(hex)[name] as Value), Object.keys(object));
  }
});

Deno.test("protobuf() supports the names of members that every object inherits", () => {
  assertEquals(encode({}, names), "");
  const value = JSON.parse('{"constructor":1,"toString":{"__proto__":"a"},"__proto__":2,"hasOwnProperty":3}');
  const decoded = names.decode(Uint8Array.fromHex(encode(value, names)));
  assertEquals(Object.keys(decoded), ["constructor", "toString", "__proto__", "hasOwnProperty"]);
  assertEquals(Object.getOwnPropertyDescriptor(decoded, "__proto__")?.value, 2);
  assertEquals(Object.getPrototypeOf(decoded), Object.prototype);
  assertEquals(Object.entries(decoded.toString as unknown as Value), [["__proto__", "a"]]);
  assertEquals(decoded.constructor as unknown, 1);
  names.check?.(value);
});

Deno.test("protobuf() writes every kind of bytes and reads views of the payload", () => {
  for (const [name, bytes] of Object.entries(byteSources())) {
    assertEquals(encode({ bytes }), `7a18${SAME_BYTES.toHex()}`, name);
  }
  const payload = Uint8Array.fromHex("7a020102");
  assertStrictEquals((everything.decode(payload).bytes as Uint8Array).buffer, payload.buffer);
});

Deno.test("protobuf() writes typed arrays for lists of numbers", () => {
  const lists: readonly (readonly [name: string, typed: ArrayLike<unknown>, others?: ArrayLike<unknown>])[] = [
    ["doubles", Float64Array.of(1.5, -0), Float32Array.of(1.5, -0)],
    ["floats", Float32Array.of(1.5, -2), Float64Array.of(1.5, -2)],
    ["int32s", Int8Array.of(1, -2)],
    ["uint32s", Uint8Array.of(1, 2), Uint16Array.of(1, 2)],
    ["sint32s", Int16Array.of(1, -2)],
    ["fixed32s", Uint32Array.of(1, 2), Uint8Array.of(1, 2)],
    ["sfixed32s", Int32Array.of(1, -2), Int8Array.of(1, -2)],
    ["fixed64s", BigUint64Array.of(1n, 2n ** 64n - 1n), [1, 2n ** 64n - 1n]],
    ["sfixed64s", BigInt64Array.of(1n, -1n), [1, -1]],
    ["int64s", BigInt64Array.of(1n, -1n), Int8Array.of(1, -1)],
    ["expanded", Uint8Array.of(1, 2)],
  ];
  for (const [name, typed, others = typed] of lists) {
    const hex = encode({ [name]: Array.from(typed) });
    assertEquals([encode({ [name]: typed }), encode({ [name]: others })], [hex, hex], name);
    assertEquals(decode(hex)[name], Array.from(typed));
  }
});

Deno.test("protobuf() writes names of enums, and reads numbers without a name", () => {
  assertEquals(encode({ color: "COLOR_DARK" }), "8001fbffffffffffffffff01");
  assertEquals(decode(encode({ color: 77, colors: ["COLOR_RED", -9] })), { color: 77, colors: [1, -9] });
});

Deno.test("protobuf() writes a Date as a Timestamp", () => {
  assertEquals(decode(encode({ timestamp: new Date(-1), timestamps: [new Date(5)] })), {
    timestamp: -1_000_000n,
    timestamps: [5_000_000n],
  });
});

Deno.test("protobuf() reads times beyond the range of an int64 of nanoseconds exactly", () => {
  const year9999 = 253_402_300_799_999_999_999n;
  assertEquals(decode(encode({ timestamp: year9999, duration: -year9999 })), {
    timestamp: year9999,
    duration: -year9999,
  });
});

Deno.test("protobuf() encodes getters and members of classes", () => {
  class Place {
    get x() {
      return 1;
    }
  }
  assertEquals(encode(new Place(), point), "09000000000000f03f");
});

const MISTAKES: readonly (readonly [value: unknown, text: string])[] = [
  [5, "the value must be an object, not 5"],
  [undefined, "the value must be an object, not undefined"],
  [[], "the value must be an object, not an Array"],
  [{ double: "1" }, '"double" must be a number, not a string'],
  [{ double: "" }, '"double" must be a number, not a string'],
  [{ int32: false }, '"int32" must be an integer from -2147483648 to 2147483647, not false'],
  [{ uint32: -1 }, '"uint32" must be an integer from 0 to 4294967295, not -1'],
  [
    { int64: 0.5 },
    '"int64" must be a bigint or a safe integer from -9223372036854775808 to 9223372036854775807, not 0.5',
  ],
  [{ uint64: 10n ** 99n }, "not a bigint of 100 digits"],
  [{ bool: 0 }, '"bool" must be a boolean, not 0'],
  [{ string: 1 }, '"string" must be a string, not 1'],
  [{ bytes: "AAAA" }, '"bytes" must be bytes (a buffer or a view of one), not a string'],
  [{ bytes: { byteLength: 0 } }, '"bytes" must be bytes (a buffer or a view of one), not an Object'],
  [{ timestamp: { sec: 1, nsec: 2 } }, '"timestamp" must be a bigint of nanoseconds or a valid Date, not an Object'],
  [{ duration: 5 }, '"duration" must be a bigint of nanoseconds, not 5'],
  [{ color: "RED" }, '"color" must be a number or a name of "test.Color": "COLOR_UNKNOWN", "COLOR_RED", "COLOR_DARK"'],
  [{ color: 2 ** 31 }, '"color" must be an integer from'],
  [{ point: "a" }, '"point" must be an object, not a string'],
  [{ point: { x: 1n } }, '"point.x" must be a number, not 1'],
  [{ doubles: 5 }, '"doubles" must be an array, not 5'],
  [{ doubles: new DataView(new ArrayBuffer(8)) }, '"doubles" must be an array, not a DataView'],
  [{ doubles: new Set([1]) }, '"doubles" must be an array, not a Set'],
  [{ doubles: [1, "2"] }, '"doubles[1]" must be a number, not a string'],
  [{ int32s: Float64Array.of(1, 0.5) }, '"int32s[1]" must be an integer'],
  [{ strings: ["a", , "b"] }, '"strings[1]" must be a string, not undefined'],
  [{ points: [{}, { x: 1 }, { y: [] }] }, '"points[2].y" must be a number, not an Array'],
  [{ points: [{}, null] }, '"points[1]" must be an object, not null'],
  [{ double: new Float64Array(1) }, '"double" must be a number, not a Float64Array'],
  [{ by_string: [1] }, '"by_string" must be an object or a Map, not an Array'],
  [{ by_string: { a: "1" } }, "\"by_string['a']\" must be a number, not a string"],
  [{ by_int64: { 7: { x: "1" } } }, "\"by_int64['7'].x\" must be a number, not a string"],
  [{ by_int32: { a: "b" } }, "\"by_int32['a']\" must have a key that is an integer"],
  [{ by_int32: { "01": "b" } }, "\"by_int32['01']\" must have a key that is an integer"],
  [{ by_uint32: { "-1": SAME_BYTES } }, "\"by_uint32['-1']\" must be an integer from 0 to 4294967295, not -1"],
  [{ by_bool: { yes: 1 } }, "\"by_bool['yes']\" must have a key that is true or false"],
  [{ by_string: new Map([[1, 1]]) }, "\"by_string['1']\" must be a string, not 1"],
  [{ text: "a", number: 0 }, '"number" and "text" are members of the same oneof; set only one of them'],
  [{ child: { place: {}, wait: 0n } }, '"child.wait" and "place" are members of the same oneof'],
];

for (const [value, text] of MISTAKES) {
  Deno.test(`protobuf() does not encode a wrong value: ${text}`, () => {
    assertThrows(() => encode(value), TypeError, text);
    assertEquals(encode({ double: 1 }), "09000000000000f03f");
  });
}

Deno.test("protobuf() does not encode a message without a required field", () => {
  assertThrows(() => encode({}, legacy), TypeError, '"id" is required');
  assertThrows(() => encode({ id: 1, child: { id: null } }, legacy), TypeError, '"child.id" is required');
  assertEquals(legacy.decode(new Uint8Array(0)).id, undefined);
});

Deno.test("protobuf() does not encode a detached typed array", () => {
  const doubles = new Float64Array(2);
  structuredClone(doubles, { transfer: [doubles.buffer] });
  for (const value of [{ doubles }, { bytes: doubles }]) {
    assertThrows(() => encode(value), TypeError, "detached Float64Array");
  }
});

Deno.test("protobuf() does not encode or check a value that contains itself", () => {
  const value: Value = {};
  value.child = value;
  assertThrows(() => encode(value), TypeError, "has more than 100 values inside each other; it may contain itself");
  assertThrows(() => everything.check?.(value), TypeError, "more than 100 messages inside each other");
});

Deno.test("protobuf() passes on errors of getters, and is usable afterwards", () => {
  const error = new Error("broken sensor");
  const broken = {
    point: {
      get y() {
        throw error;
      },
    },
  };
  assertStrictEquals(assertThrows(() => encode(broken)), error);
  assertEquals(encode({ double: 1 }), "09000000000000f03f");
});

Deno.test("protobuf() supports getters that encode other messages", () => {
  const value = {
    double: 1,
    get bytes() {
      return everything.encode({ int32: 7 }, CONTEXT);
    },
    color: 1,
  };
  assertEquals(encode(value), "09000000000000f03f" + "7a021807" + "800101");
});

Deno.test("protobuf().encode() reuses its memory, and that of no other codec", () => {
  const first = everything.encode({ int32: 1 }, CONTEXT) as Uint8Array;
  const other = point.encode({ x: 1 }, CONTEXT) as Uint8Array;
  assertEquals([first.toHex(), other.toHex()], ["1801", "09000000000000f03f"]);
  assertStrictEquals((everything.encode({}, CONTEXT) as Uint8Array).buffer, first.buffer);
});

const UNKNOWN: readonly (readonly [value: unknown, text: string])[] = [
  [{ doubel: 1 }, '"doubel" is not a field of "test.Everything", which has "double", "float", '],
  [{ optionalDouble: 1 }, '"optionalDouble" is not a field of "test.Everything"; did you mean "optional_double"?'],
  [{ point: { z: 1 } }, '"point.z" is not a field of "test.Everything.Point", which has "x", "y", "cell"'],
  [{ points: [{}, { X: 1 }] }, '"points[1].X" is not a field of "test.Everything.Point"; did you mean "x"?'],
  [{ by_int64: { 5: { z: 1 } } }, "\"by_int64['5'].z\" is not a field"],
  [{ by_int64: new Map([[5n, { z: 1 }]]) }, "\"by_int64['5'].z\" is not a field"],
  [{ child: { child: { a: null } } }, '"child.child.a" is not a field'],
  [{ point: new Map([["x", 1]]) }, '"point" must be an object with the fields of "test.Everything.Point", not a Map'],
  [new Date(0), 'the value must be an object with the fields of "test.Everything", not a Date'],
];

for (const [value, text] of UNKNOWN) {
  Deno.test(`protobuf().check() rejects ${text}`, () => {
    assertThrows(() => everything.check?.(value as Value), TypeError, text);
    assertEquals(typeof encode(value), "string");
  });
}

Deno.test("protobuf().check() accepts all fields, undefined, and leaves wrong types to encode()", () => {
  everything.check?.({ double: "1", other: undefined, points: 5, by_int64: 7, child: null, timestamp: 1n, point: "a" });
  assertThrows(() => legacy.check?.({ old: {} }), TypeError, '"old" is a group, which is not supported');
});

const MALFORMED: readonly (readonly [hex: string, text: string])[] = [
  ["09", '"double": 8 bytes are expected, but only 0 are left at byte 1'],
  ["18ff", '"int32": the message ends within a varint at byte 2'],
  ["18" + "ff".repeat(11), '"int32": a varint has more than 10 bytes at byte 1'],
  ["7205", '"string": 5 bytes are expected, but only 0 are left at byte 2'],
  ["ff", "the message ends within a varint at byte 1"],
  ["00", "the field number is 0 at byte 0"],
  ["0e", "there is no wire type 6 at byte 0"],
  ["0c", '"double": a group ends that has not begun at byte 1'],
  ["9a010309" + "00".repeat(8), '"point.x": 8 bytes are expected, but only 2 are left at byte 4'],
  ["8a03008a0305" + "0900", '"points[1]": 5 bytes are expected, but only 2 are left at byte 6'],
  ["fa010700000000000000", '"doubles[0]": a packed list has 7 bytes, not a multiple of 8 at byte 3'],
  ["8a020201ff", '"int32s[1]": the message ends within a varint at byte 5'],
  ["fa0304120218ff", '"by_int64.cell": the message ends within a varint'],
];

for (const [hex, text] of MALFORMED) {
  Deno.test(`protobuf().decode() rejects ${hex.slice(0, 20)}: ${text}`, () => {
    const error = assertThrows(() => everything.decode(Uint8Array.fromHex(hex)), Error, text);
    assertEquals([error.name, error.message.startsWith('Cannot decode "test.Everything": ')], ["Error", true]);
  });
}

Deno.test("protobuf().decode() accepts 100 messages inside each other, and rejects more", () => {
  const nested = (count: number): Uint8Array => {
    let value: Value = {};
    for (let each = 0; each < count; each++) value = { child: value };
    return everything.encode(value, CONTEXT) as Uint8Array;
  };
  const deepest = new Uint8Array(nested(100));
  everything.decode(deepest);
  const header = Uint8Array.fromHex("a201");
  const tooDeep = new Uint8Array([...header, (deepest.length & 0x7f) | 0x80, deepest.length >> 7, ...deepest]);
  assertThrows(() => everything.decode(tooDeep), Error, "there are more than 100 messages inside each other");
});
