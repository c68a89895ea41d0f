// protobuf(): which descriptors it accepts.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { protobuf, type ProtobufOptions } from "../../../src/codecs/protobuf/protobuf.ts";
import { DESCRIPTOR } from "./fixtures/descriptor.ts";
import { makeDescriptor } from "./make_descriptor.ts";

type Value = Record<string, unknown>;
const CONTEXT = { timestamp: 0n };

/** One field of a message type, `int32 x = 1` by default. */
function field(members: object = {}): object {
  return { name: "x", number: 1, label: 1, type: 5, ...members };
}

/** A descriptor with the message `p.M`. */
function messageWith(fields: readonly object[], members: object = {}, file: object = {}): Uint8Array {
  const messageType = [{ name: "M", field: fields, ...members }];
  return makeDescriptor({ name: "m.proto", package: "p", syntax: "proto3", messageType, ...file });
}

function decode(descriptor: Uint8Array, hex: string, type = "p.M"): unknown {
  return protobuf<Value>({ descriptor, type }).decode(Uint8Array.fromHex(hex));
}

Deno.test("protobuf() has the encoding, the name and a copy of the descriptor", () => {
  const descriptor = new Uint8Array(DESCRIPTOR);
  const codec = protobuf({ descriptor, type: ".test.Everything" });
  descriptor.fill(0);
  assertEquals([codec.encoding, codec.schemaEncoding, codec.schemaName], ["protobuf", "protobuf", "test.Everything"]);
  assertEquals(codec.schema, DESCRIPTOR);
  assertEquals(codec.json?.encoding, "json");
});

Deno.test("protobuf() accepts a descriptor in any type of bytes", () => {
  const around = new Uint8Array([1, 2, ...DESCRIPTOR, 3]);
  const view = new DataView(around.buffer, 2, DESCRIPTOR.length);
  for (const descriptor of [DESCRIPTOR.buffer, view]) {
    assertEquals(protobuf({ descriptor, type: "test.Names" }).schema, DESCRIPTOR);
  }
});

const MAP_ENTRY = { name: "XEntry", options: { mapEntry: true } };
const asMap = (key: object, value: object) =>
  messageWith([field({ label: 3, type: 11, typeName: ".p.M.XEntry" })], {
    nestedType: [{
      ...MAP_ENTRY,
      field: [{ ...field({ name: "key" }), ...key }, { ...field({ number: 2 }), ...value }],
    }],
  });

const INVALID: readonly (readonly [options: unknown, text: string])[] = [
  [{ descriptor: "CgA=", type: "p.M" }, "descriptor must be bytes (a buffer or a view of one), not a string"],
  [{ type: "p.M" }, "descriptor must be bytes (a buffer or a view of one), not undefined"],
  [{ descriptor: messageWith([]) }, "type must be a string, not undefined"],
  [
    { descriptor: Uint8Array.of(1, 2, 3), type: "p.M" },
    "descriptor is not a FileDescriptorSet; write it with protoc --include_imports --descriptor_set_out",
  ],
  [
    { descriptor: new Uint8Array(0), type: "p.M" },
    "descriptor is not a FileDescriptorSet; write it with protoc --include_imports --descriptor_set_out",
  ],
  [{ descriptor: makeDescriptor({ name: "empty.proto" }), type: "p.M" }, "the descriptor has no messages"],
  [{ descriptor: messageWith([]), type: "M" }, 'the descriptor has no message "M", but "p.M"'],
  [{ descriptor: messageWith([], {}, { enumType: [{ name: "E" }] }), type: "p.E" }, "the descriptor has no message"],
  [
    { descriptor: messageWith([field({ type: 11, typeName: ".other.N" })]), type: "p.M" },
    '"p.M.x" has the type ".other.N", which is missing; include all imports (protoc --include_imports)',
  ],
  [{ descriptor: messageWith([field({ type: 11 })]), type: "p.M" }, '"p.M.x" has the type "", which is missing'],
  [
    { descriptor: messageWith([field({ type: 14, typeName: "M" })]), type: "p.M" },
    '"p.M.x" has the type number 14, but "p.M" is of the kind message',
  ],
  [{ descriptor: messageWith([field({ number: 0 })]), type: "p.M" }, '"p.M.x" has the field number 0'],
  [{ descriptor: messageWith([field({ number: -1 })]), type: "p.M" }, '"p.M.x" has the field number -1'],
  [{ descriptor: messageWith([field({ number: 2 ** 29 })]), type: "p.M" }, '"p.M.x" has the field number 536870912'],
  [{ descriptor: messageWith([field({ name: "" })]), type: "p.M" }, 'a field of "p.M" has no name'],
  [
    { descriptor: messageWith([field(), field({ name: "y" })]), type: "p.M" },
    'two fields of "p.M" have the same number',
  ],
  [
    { descriptor: messageWith([field(), field({ number: 2 })]), type: "p.M" },
    'two fields of "p.M" have the same number',
  ],
  [
    { descriptor: messageWith([field({ defaultValue: "ten" })], {}, { syntax: "proto2" }), type: "p.M" },
    '"p.M.x" has the invalid default value "ten"',
  ],
  [
    { descriptor: messageWith([field({ type: 8, defaultValue: "1" })], {}, { syntax: "proto2" }), type: "p.M" },
    '"p.M.x" has the invalid default value "1"',
  ],
  [{ descriptor: asMap({ type: 1 }, {}), type: "p.M" }, '"p.M.x" is a map with an invalid key or value'],
  [{ descriptor: asMap({ type: 12 }, {}), type: "p.M" }, '"p.M.x" is a map with an invalid key or value'],
  [{ descriptor: asMap({}, { label: 3 }), type: "p.M" }, '"p.M.x" is a map with an invalid key or value'],
  [{ descriptor: asMap({ number: 3 }, {}), type: "p.M" }, '"p.M.x" is a map, but its entries have no key or no value'],
  [{ descriptor: messageWith([], { name: "M".repeat(600) }), type: "p.M" }, "the name of a type has more than 512"],
];

INVALID.forEach(([options, text], index) => {
  Deno.test(`protobuf() rejects invalid options: ${index + 1}: ${text}`, () => {
    assertThrows(() => protobuf(options as ProtobufOptions), TypeError, `Cannot create a protobuf codec: ${text}`);
  });
});

Deno.test("protobuf() rejects fields with an unknown type", () => {
  // An int32 field whose type is 19, which protobufjs cannot write.
  const descriptor = messageWith([field()]);
  const at = descriptor.toHex().indexOf("28050a") >= 0
    ? descriptor.toHex().indexOf("28050a")
    : descriptor.toHex().indexOf("2805");
  const changed = Uint8Array.fromHex(`${descriptor.toHex().slice(0, at)}2813${descriptor.toHex().slice(at + 4)}`);
  assertThrows(
    () => protobuf({ descriptor: changed, type: "p.M" }),
    TypeError,
    '"p.M.x" has the unknown type number 19',
  );
});

Deno.test("protobuf() ignores errors in types that the message does not use", () => {
  const descriptor = makeDescriptor({
    package: "p",
    messageType: [{ name: "Broken", field: [field({ type: 11, typeName: ".missing" })] }, {
      name: "M",
      field: [field()],
    }],
  });
  assertEquals(decode(descriptor, "0805"), { x: 5 });
});

Deno.test("protobuf() resolves names without a leading dot from the innermost message outwards", () => {
  const type = (name: string) => field({ type: 11, typeName: name });
  const inner = { name: "N", field: [field({ name: "inner" })] };
  const outer = { name: "N", field: [field({ name: "outer" })] };
  const file = { messageType: [{ name: "M", field: [type("N")], nestedType: [inner] }, outer] };
  assertEquals(decode(messageWith([], {}, file), "0a020801"), { x: { inner: 1 } });
  const absolute = { messageType: [{ name: "M", field: [type(".p.N")], nestedType: [inner] }, outer] };
  assertEquals(decode(messageWith([], {}, absolute), "0a020801"), { x: { outer: 1 } });
});

Deno.test("protobuf() derives a missing field type from the type name", () => {
  const enumType = [{ name: "E", value: [{ name: "A", number: 0 }, { name: "B", number: 7 }] }];
  const fields = [field({ type: 0, typeName: ".p.E" }), { name: "m", number: 2, label: 1, typeName: "M" }];
  assertEquals(decode(messageWith(fields, {}, { enumType }), "080712020807"), { x: 7, m: { x: 7 } });
});

Deno.test("protobuf() accepts a file that the descriptor has twice, and long chains of types", () => {
  const file = { package: "p", syntax: "proto3", messageType: [{ name: "M", field: [field()] }] };
  assertEquals(decode(makeDescriptor(file, file), ""), { x: 0 });
  const messageType = Array.from({ length: 20_000 }, (_, index) => ({
    name: `M${index}`,
    field: [field({ type: 11, typeName: `.p.M${(index + 1) % 20_000}` })],
  }));
  assertEquals(decode(makeDescriptor({ package: "p", messageType }), "0a020a00", "p.M0"), { x: { x: {} } });
});

Deno.test("protobuf() treats a message as a time only if it has the name and the fields of one", () => {
  const seconds = field({ name: "seconds", type: 3 });
  const nanos = field({ name: "nanos", number: 2 });
  const withTime = (fields: readonly object[]) =>
    makeDescriptor({
      package: "google.protobuf",
      syntax: "proto3",
      messageType: [{ name: "Timestamp", field: fields }],
    });
  const type = "google.protobuf.Timestamp";
  assertEquals(decode(withTime([seconds, nanos]), "08011002", type), 1_000_000_002n);
  assertEquals(decode(withTime([seconds, field({ name: "nanos", number: 3 })]), "0801", type), {
    seconds: 1n,
    nanos: 0,
  });
  assertEquals(decode(withTime([seconds]), "0801", type), { seconds: 1n });
  const codec = protobuf<bigint>({ descriptor: withTime([seconds, nanos]), type });
  assertEquals((codec.encode(1_000_000_002n, CONTEXT) as Uint8Array).toHex(), "08011002");
  codec.check?.(5n);
});

Deno.test("protobuf() follows the features of an edition", () => {
  const codec = protobuf<Value>({ descriptor: DESCRIPTOR, type: "test.edition.Edition" });
  assertEquals(codec.decode(new Uint8Array(0)), { implicit: 0, packed: [], expanded: [], with_default: 5 });
  const encode = (value: Value) => (codec.encode(value, CONTEXT) as Uint8Array).toHex();
  const value = { explicit: 0, implicit: 0, required: 0, packed: [1, 2], expanded: [1, 2], with_default: 0 };
  assertEquals(encode(value), "080018002202010228012802" + "3800");
  assertThrows(() => encode({}), TypeError, '"required" is required');
  // The group is skipped, and check() reports it.
  assertEquals(codec.decode(Uint8Array.fromHex("330801340805")), { ...codec.decode(new Uint8Array(0)), explicit: 5 });
  assertThrows(() => codec.check?.({ group: {} }), TypeError, '"group" is a group, which is not supported');
});
